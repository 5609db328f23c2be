package org.c2fpl.method.statistics;

import java.io.Serializable;
import java.util.Arrays;

/**
 * Ranks among the numbers that a {@link CountingSketch} counted; numbers of one interval are tied.
 */
public final class EmpiricalDistribution implements Serializable {
  private static final long serialVersionUID = 1L;

  /** 64 bits less sign, exponent and ten bits of the fraction. */
  private static final int DROPPED_BITS = 42;

  private final int[] intervals;
  private final long[] counts;

  /** {@code below[k]}: numbers in intervals before the k-th; the last entry is their total. */
  private final long[] below;

  /**
   * @param intervals in ascending order
   * @param counts numbers in each, positive
   */
  public EmpiricalDistribution(int[] intervals, long[] counts) {
    if (intervals.length == 0 || intervals.length != counts.length) {
      throw new IllegalStateException(
          "A distribution needs as many counts as intervals, at least one: "
              + intervals.length
              + " and "
              + counts.length
              + ".");
    }
    this.intervals = intervals.clone();
    this.counts = counts.clone();
    this.below = new long[counts.length + 1];
    for (int k = 0; k < counts.length; k++) {
      below[k + 1] = below[k] + counts[k];
    }
  }

  /** The interval of a number; a larger number has the same or a larger one. */
  public static int interval(double x) {
    if (!Double.isFinite(x)) {
      throw new IllegalArgumentException("A rank needs a finite number, not " + x + ".");
    }
    long bits = Double.doubleToRawLongBits(x + 0.0); // −0 becomes 0
    return (int) ((bits ^ ((bits >> 63) & Long.MAX_VALUE)) >> DROPPED_BITS);
  }

  /** The least number of an interval; that of the next interval is the least above it. */
  public static double least(int interval) {
    long ordered = (long) interval << DROPPED_BITS;
    return Double.longBitsToDouble(ordered ^ ((ordered >> 63) & Long.MAX_VALUE));
  }

  public int[] intervals() {
    return intervals.clone();
  }

  public long[] counts() {
    return counts.clone();
  }

  /** The number of counted numbers. */
  public long total() {
    return below[counts.length];
  }

  /** {@code (c + 1) / (n + 1)}, c the counted numbers at least as large as x: in (0, 1]. */
  public double upperTail(double x) {
    long smaller = below[firstFrom(interval(x))];
    return (total() - smaller + 1.0) / (total() + 1.0);
  }

  /** {@code (c + t/2) / n}: c counted numbers are smaller and t tied with x. */
  public double midRank(double x) {
    int interval = interval(x);
    int k = firstFrom(interval);
    long tied = k < intervals.length && intervals[k] == interval ? counts[k] : 0;
    return (below[k] + 0.5 * tied) / total();
  }

  /**
   * The highest interval such that more than {@code most} numbers are in it or above; the lowest
   * one if there are no more in total.
   */
  public int upperInterval(long most) {
    int k = intervals.length - 1;
    while (k > 0 && total() - below[k] <= most) {
      k--;
    }
    return intervals[k];
  }

  /** The number of numbers in intervals above one. */
  public long above(int interval) {
    return total() - below[firstFrom(interval + 1)];
  }

  /** The lowest interval such that at least this share of the numbers is in it or below. */
  public int quantileInterval(double share) {
    int k = 0;
    while (k < intervals.length - 1 && below[k + 1] < share * total()) {
      k++;
    }
    return intervals[k];
  }

  /** The index of the first interval in use that is not below one. */
  private int firstFrom(int interval) {
    int k = Arrays.binarySearch(intervals, interval);
    return k >= 0 ? k : -k - 1;
  }
}
