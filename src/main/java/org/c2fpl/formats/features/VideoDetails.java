package org.c2fpl.formats.features;

import java.time.Instant;

/**
 * What a user tells about a video; everything but the id may be null.
 *
 * @param fps frames a second
 */
public record VideoDetails(
    String videoId, String source, Double fps, Instant recordedAt, String camera) {}
