/** Smoothing, thresholds, merging of scored segments to detections, and whether detectors agree. */
package org.c2fpl.method.detection;
