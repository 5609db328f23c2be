/**
 * Frame-level ground truth as its publishers write it, brought to one form: 0-based frame ranges
 * with exclusive ends, one {@link org.c2fpl.formats.annotations.VideoAnnotation} a video.
 *
 * <p>Readers check what one line can show; {@link org.c2fpl.formats.annotations.AnnotationMatcher}
 * checks the file against the ingested videos. Memory is bounded by the annotation file and the
 * ingested videos it names, never by footage.
 */
@NullMarked
package org.c2fpl.formats.annotations;

import org.jspecify.annotations.NullMarked;
