package org.c2fpl.formats.annotations;

/**
 * A video of the workspace.
 *
 * @param segments m, its number of segments
 */
public record IngestedVideo(String videoId, String split, int segments) {}
