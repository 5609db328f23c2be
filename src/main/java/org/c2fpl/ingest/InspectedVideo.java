package org.c2fpl.ingest;

import java.io.Serializable;

/**
 * A usable video as known before its values are read.
 *
 * @param file path of its file, or of its first file
 * @param name the name of that file in messages
 * @param dtype numpy's or Spark's name of the values' type
 */
public record InspectedVideo(
    String videoId, String file, String name, long segments, int crops, int dim, String dtype)
    implements Serializable {}
