package org.c2fpl.formats.features;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a user tells about a video; everything but the id may be null.
 *
 * @param fps frames a second
 */
public record VideoDetails(
    String videoId,
    @Nullable String source,
    @Nullable Double fps,
    @Nullable Instant recordedAt,
    @Nullable String camera) {}
