package org.c2fpl.formats.features;

import java.time.Instant;

/**
 * The user's data about a video; everything except the id may be null.
 *
 * @param fps frames per second
 */
public record VideoDetails(
    String videoId, String source, Double fps, Instant recordedAt, String camera) {}
