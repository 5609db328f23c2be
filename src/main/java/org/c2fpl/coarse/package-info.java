/** {@code video_stats} → {@code coarse_labels}: clusterings, ranks, known labels. */
package org.c2fpl.coarse;
