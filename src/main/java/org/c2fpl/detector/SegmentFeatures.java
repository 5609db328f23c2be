package org.c2fpl.detector;

/**
 * A segment whose features are part of a larger byte array. It may be a view that is valid only
 * until its source advances to the next segment.
 */
public interface SegmentFeatures {
  String videoId();

  int segmentIndex();

  /** The bytes that hold the features, {@code crops × dim} float32, little-endian, row-major. */
  byte[] bytes();

  /** The offset of the features. */
  int from();

  /** The length of the features in bytes. */
  int length();
}
