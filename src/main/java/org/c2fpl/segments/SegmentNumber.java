package org.c2fpl.segments;

import java.io.Serializable;

/** A number computed from a segment's features. */
@FunctionalInterface
public interface SegmentNumber extends Serializable {
  /**
   * The number.
   *
   * @param bytes contain the features, {@code crops × dim} float32, little-endian, row-major
   * @param from their offset
   * @param length their length in bytes
   */
  double of(byte[] bytes, int from, int length);
}
