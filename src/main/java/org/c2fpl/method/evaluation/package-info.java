/**
 * Exact frame-level ranking metrics from segment scores: frames are counted, never exploded, and
 * the result does not depend on how the scores were partitioned.
 */
@NullMarked
package org.c2fpl.method.evaluation;

import org.jspecify.annotations.NullMarked;
