/**
 * {@code segments} → {@code segment_norms}, {@code video_stats}, and statistics beyond the norm.
 */
package org.c2fpl.stats;
