package org.c2fpl.report.page;

import java.util.Arrays;

/**
 * Bounds the number of values of a series: neighbours are put into buckets of equal width, and a
 * bucket keeps its largest or smallest value, so no peak is lost.
 */
public final class Thinning {
  private Thinning() {}

  /** The smallest width that gives at most so many buckets; 1 if nothing has to be thinned. */
  public static int width(int length, int mostBuckets) {
    return Math.max(1, (int) (((long) length + mostBuckets - 1) / mostBuckets));
  }

  /** The largest value of each bucket; the last bucket may be narrower. */
  public static double[] largest(double[] values, int width) {
    double[] buckets = new double[buckets(values.length, width)];
    Arrays.fill(buckets, Double.NEGATIVE_INFINITY);
    for (int i = 0; i < values.length; i++) {
      buckets[i / width] = Math.max(buckets[i / width], values[i]);
    }
    return buckets;
  }

  /** The smallest value of each bucket. */
  public static double[] smallest(double[] values, int width) {
    double[] buckets = new double[buckets(values.length, width)];
    Arrays.fill(buckets, Double.POSITIVE_INFINITY);
    for (int i = 0; i < values.length; i++) {
      buckets[i / width] = Math.min(buckets[i / width], values[i]);
    }
    return buckets;
  }

  /** Indexes of at most so many of {@code length} points, evenly, the first and the last kept. */
  public static int[] evenly(int length, int most) {
    int kept = Math.min(length, most);
    int[] indexes = new int[kept];
    for (int i = 0; i < kept; i++) {
      indexes[i] = kept == 1 ? 0 : (int) ((long) i * (length - 1) / (kept - 1));
    }
    return indexes;
  }

  private static int buckets(int length, int width) {
    return (length + width - 1) / width;
  }
}
