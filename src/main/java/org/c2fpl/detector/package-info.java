/**
 * The detector: its network, training on Spark, checkpoints, the model store and inference.
 *
 * <p>All random choices take a seed; with one thread for native operations the parameters depend
 * only on the data, the plan and the CPU type.
 */
package org.c2fpl.detector;
