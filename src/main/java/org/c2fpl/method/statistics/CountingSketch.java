package org.c2fpl.method.statistics;

import java.io.Serializable;
import java.util.Map;
import java.util.TreeMap;

/**
 * Counts numbers by intervals of sign, exponent and the first ten bits of the fraction, with a
 * relative width of 1/1024 at most. Counts are the same for any order and any tree of merges.
 *
 * <p>Memory: some 64 bytes per used interval; 1024 intervals for each factor of two in the range of
 * the numbers.
 */
public final class CountingSketch implements Serializable {
  private static final long serialVersionUID = 1L;

  private final TreeMap<Integer, long[]> counts = new TreeMap<>();

  /**
   * Adds a number.
   *
   * @throws IllegalArgumentException if it is NaN or infinite
   */
  public void add(double x) {
    addInterval(EmpiricalDistribution.interval(x));
  }

  /** Adds a number by its interval. */
  public void addInterval(int interval) {
    counts.computeIfAbsent(interval, any -> new long[1])[0]++;
  }

  /** Adds the counts of another. */
  public void merge(CountingSketch other) {
    other.counts.forEach(
        (interval, count) -> counts.computeIfAbsent(interval, any -> new long[1])[0] += count[0]);
  }

  /**
   * The distribution counted so far.
   *
   * @throws IllegalStateException if nothing was added
   */
  public EmpiricalDistribution distribution() {
    int[] intervals = new int[counts.size()];
    long[] numbers = new long[counts.size()];
    int k = 0;
    for (Map.Entry<Integer, long[]> entry : counts.entrySet()) {
      intervals[k] = entry.getKey();
      numbers[k++] = entry.getValue()[0];
    }
    return new EmpiricalDistribution(intervals, numbers);
  }
}
