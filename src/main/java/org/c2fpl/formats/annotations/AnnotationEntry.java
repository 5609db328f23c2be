package org.c2fpl.formats.annotations;

/**
 * An annotation with the place it was read from, so that later problems can name it.
 *
 * @param line 1-based line number
 * @param text the line as written
 */
public record AnnotationEntry(int line, String text, VideoAnnotation annotation) {}
