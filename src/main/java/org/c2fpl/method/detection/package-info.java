/**
 * Smoothing, thresholds, merging of scored segments into detections, and agreement of detectors.
 */
@NullMarked
package org.c2fpl.method.detection;

import org.jspecify.annotations.NullMarked;
