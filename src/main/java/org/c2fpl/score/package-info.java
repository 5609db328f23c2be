/**
 * {@code segments}, {@code model} → {@code segment_scores}, {@code detections}; ranking scored
 * rows.
 */
package org.c2fpl.score;
