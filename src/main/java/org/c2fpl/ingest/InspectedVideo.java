package org.c2fpl.ingest;

import java.io.Serializable;

/**
 * What is known of a usable video before its values are read.
 *
 * @param file path of its file, or of the first of them
 * @param name what messages call that file
 * @param dtype numpy's or Spark's name of the values' type
 */
public record InspectedVideo(
    String videoId, String file, String name, long segments, int crops, int dim, String dtype)
    implements Serializable {}
