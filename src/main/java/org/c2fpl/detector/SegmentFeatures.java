package org.c2fpl.detector;

/**
 * A segment whose features lie among other bytes. It may be a view that is good only until its
 * source goes on to the next segment.
 */
public interface SegmentFeatures {
  String videoId();

  int segmentIndex();

  /** Hold the features, {@code crops × dim} float32, little-endian, row-major. */
  byte[] bytes();

  /** Where the features begin. */
  int from();

  /** Of the features, in bytes. */
  int length();
}
