package org.c2fpl.method.statistics;

import java.io.Serializable;

/**
 * Compresses a video of any length to a fixed number of bins along time, as section 4.4 of the
 * paper does with m = 32.
 *
 * <p>Bin b of M begins at segment ⌊b m / M⌋. Its features are the mean of its segments'; in a video
 * shorter than M some bins begin where the next one begins: those take the one segment there.
 *
 * @param bins M, at least 1
 */
public record FixedSegments(int bins) implements Serializable {
  /** The number that section 4.4 and most of the literature use. */
  public static final int USUAL = 32;

  /**
   * @throws IllegalArgumentException if there is no bin
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
   * One past the last segment that a bin holds. Every segment is held by exactly one bin; an empty
   * bin ends where it begins.
   */
  public int end(int bin, int segments) {
    return first(bin + 1, segments);
  }

  /** One past the last segment whose features a bin averages; never the first one itself. */
  public int pooledEnd(int bin, int segments) {
    return Math.max(end(bin, segments), first(bin, segments) + 1);
  }
}
