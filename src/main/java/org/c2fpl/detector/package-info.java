/**
 * The detector: its network, training on Spark, checkpoints, the model store and inference.
 *
 * <p>Everything random takes a seed; with one thread for native operations the parameters depend on
 * the data, the plan and the CPU type alone.
 */
package org.c2fpl.detector;
