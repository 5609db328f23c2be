/**
 * {@code segment_norms}, {@code coarse_labels} → {@code null_model}, {@code fine_labels}, a video
 * at a time.
 */
package org.c2fpl.fine;
