/**
 * Smoothing, thresholds, merging of scored segments into detections, and agreement of detectors.
 */
package org.c2fpl.method.detection;
