/**
 * {@code segment_scores}, {@code annotations} → {@code evaluation}: videos, frames, yardsticks,
 * metrics.
 */
package org.c2fpl.evaluate;
