/** Smoothing, thresholds, merging of scored segments to detections, and whether detectors agree. */
@NullMarked
package org.c2fpl.method.detection;

import org.jspecify.annotations.NullMarked;
