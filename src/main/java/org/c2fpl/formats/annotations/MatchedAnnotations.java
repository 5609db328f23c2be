package org.c2fpl.formats.annotations;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The annotations of ingested videos.
 *
 * @param videos with the ingested ids and their splits, in the order of the file
 * @param ignored annotations of videos that were not ingested
 * @param oddLengths videos whose given length differs from their segments' frames by a segment or
 *     more, which hints at another frame rate or segment length
 * @param oddLengthExample one of them in words; null when there is none
 * @param lateEnds videos without a given length with a range that ends after any frame that the
 *     segments can cover
 * @param lateEndExample one of them in words; null when there is none
 */
public record MatchedAnnotations(
    List<VideoAnnotation> videos,
    long ignored,
    long oddLengths,
    @Nullable String oddLengthExample,
    long lateEnds,
    @Nullable String lateEndExample) {}
