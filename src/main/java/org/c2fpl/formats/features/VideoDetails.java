package org.c2fpl.formats.features;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The user's data about a video; everything except the id may be null.
 *
 * @param fps frames per second
 */
public record VideoDetails(
    String videoId,
    @Nullable String source,
    @Nullable Double fps,
    @Nullable Instant recordedAt,
    @Nullable String camera) {}
