package org.c2fpl.method.evaluation;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The percentile interval of a metric over the replicates of a bootstrap.
 *
 * @param low the 2.5 % quantile
 * @param high the 97.5 % quantile
 * @param replicates those in which the metric is defined
 * @param resolution the largest distance of a replicate's metric from its exact value, since scores
 *     are counted in bins; 0 if every distinct score has its own bin
 */
public record BootstrapInterval(double low, double high, int replicates, double resolution) {
  /** The share of replicates outside the interval, half of them on either side. */
  public static final double OUTSIDE = 0.05;

  /** The interval of the values; null if fewer than half of the replicates have one. */
  static @Nullable BootstrapInterval of(double[] values, int replicates, double resolution) {
    if (values.length == 0 || 2 * values.length < replicates) {
      return null;
    }
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return new BootstrapInterval(
        quantile(sorted, OUTSIDE / 2),
        quantile(sorted, 1 - OUTSIDE / 2),
        sorted.length,
        resolution);
  }

  /** Interpolates linearly between the order statistics at (n − 1) q. */
  static double quantile(double[] sorted, double q) {
    double place = (sorted.length - 1) * q;
    int below = (int) place;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
  }
}
