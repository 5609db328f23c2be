package org.c2fpl.method.statistics;

import java.io.Serializable;

/**
 * Compresses a video of any length to a fixed number of bins along time, as section 4.4 of the
 * paper does with m = 32.
 *
 * <p>Bin b of M starts at segment ⌊b m / M⌋. Its features are the mean of its segments' features;
 * in a video shorter than M some bins start at the same segment as the next one: those use this one
 * segment.
 *
 * @param bins M, at least 1
 */
public record FixedSegments(int bins) implements Serializable {
  /** The number that section 4.4 and most of the literature use. */
  public static final int USUAL = 32;

  /**
   * @throws IllegalArgumentException if the number is below 1
   */
  public FixedSegments {
    if (bins < 1) {
      throw new IllegalArgumentException("bins must be at least 1, found " + bins);
    }
  }

  /** The first segment of a bin. */
  public int first(int bin, int segments) {
    return (int) ((long) bin * segments / bins);
  }

  /**
   * One past the last segment of a bin. Every segment belongs to exactly one bin; an empty bin ends
   * at its start.
   */
  public int end(int bin, int segments) {
    return first(bin + 1, segments);
  }

  /** One past the last segment whose features a bin averages; never the first one itself. */
  public int pooledEnd(int bin, int segments) {
    return Math.max(end(bin, segments), first(bin, segments) + 1);
  }
}
