package org.c2fpl.segments;

import java.io.Serializable;

/** A number that follows from a segment's features. */
@FunctionalInterface
public interface SegmentNumber extends Serializable {
  /**
   * The number.
   *
   * @param bytes hold the features, {@code crops × dim} float32, little-endian, row-major
   * @param from where they begin
   * @param length of them, in bytes
   */
  double of(byte[] bytes, int from, int length);
}
