/**
 * Frame-level ground truth in the formats of its publishers, converted to one form: 0-based frame
 * ranges with exclusive ends, one {@link org.c2fpl.formats.annotations.VideoAnnotation} per video.
 *
 * <p>Readers check single lines; {@link org.c2fpl.formats.annotations.AnnotationMatcher} checks the
 * file against the ingested videos. Memory is bounded by the annotation file and the ingested
 * videos it names, never by footage.
 */
@NullMarked
package org.c2fpl.formats.annotations;

import org.jspecify.annotations.NullMarked;
