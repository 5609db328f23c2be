/**
 * Exact frame-level ranking metrics from segment scores: frames are counted, never exploded, and
 * the result does not depend on how the scores were partitioned.
 */
package org.c2fpl.method.evaluation;
