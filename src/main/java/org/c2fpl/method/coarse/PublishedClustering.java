package org.c2fpl.method.coarse;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Coarse pseudo-labels by the paper's published code, which differs from Alg. 1.
 *
 * <p>A video is the point [mean, sample variance] of its norms. A mixture of two spherical
 * Gaussians is fitted to all videos, and those of its second component are anomalous. Then, while
 * anomalous / normal videos &lt; η, it is fitted again to the normal ones, and those whose log
 * density is strictly below its 3rd percentile (interpolated linearly between order statistics)
 * become anomalous too.
 *
 * <p>Memory: about 60 bytes per video.
 */
public final class PublishedClustering {
  /** The percentile, as a share of the normal videos. */
  static final double TAIL = 0.03;

  /** The fewest normal videos that are still split. */
  public static final int MIN_VIDEOS = 4;

  private static final int MAX_LLOYD_STEPS = 300;

  private PublishedClustering() {}

  /**
   * One step of the loop.
   *
   * @param moved videos that became anomalous in it
   * @param logDensity the percentile that they are below; NaN in the first step, which splits by
   *     component
   */
  public record Step(
      int iteration, int moved, double logDensity, int anomalousVideos, int normalVideos)
      implements Serializable {}

  /**
   * @param iteration of every video: the step that made it anomalous, 0 for normal
   * @param stoppedEarly why the ratio was not reached; null if it was
   */
  public record Result(int[] iteration, List<Step> steps, @Nullable String stoppedEarly)
      implements Serializable {}

  /** Runs the loop from {@link #start}. */
  public static Result run(double[] mean, double[] variance, double eta) {
    return run(mean, variance, eta, PublishedClustering::start);
  }

  /**
   * Runs the loop.
   *
   * @param mean of every video's norms, finite
   * @param variance of every video's norms, finite; 0 for a video of one segment
   * @param eta η: stop when anomalous / normal videos reach it
   * @param start the initial mixture of expectation maximisation for a set of points; returns null
   *     if there is none
   */
  public static Result run(
      double[] mean,
      double[] variance,
      double eta,
      BiFunction<double[], double[], @Nullable SphericalMixture> start) {
    int n = mean.length;
    int[] iteration = new int[n];
    List<Step> steps = new ArrayList<>();
    int anomalous = 0;
    while (steps.isEmpty() || (double) anomalous / (n - anomalous) < eta) {
      int number = steps.size() + 1;
      int[] normal = normal(iteration, n - anomalous);
      if (normal.length < MIN_VIDEOS) {
        return new Result(iteration, steps, "only " + normal.length + " normal videos are left");
      }
      double[] x = pick(mean, normal);
      double[] y = pick(variance, normal);
      SphericalMixture from = start.apply(x, y);
      if (from == null) {
        return new Result(
            iteration,
            steps,
            "all " + normal.length + " normal videos have the same mean and variance");
      }
      SphericalMixture mixture = SphericalMixture.fitted(x, y, from);
      double[] densities = densities(mixture, x, y);
      double percentile = number == 1 ? Double.NaN : percentile(densities);
      int moved = 0;
      for (int i = 0; i < normal.length; i++) {
        if (number == 1 ? mixture.isSecond(x[i], y[i]) : densities[i] < percentile) {
          iteration[normal[i]] = number;
          moved++;
        }
      }
      anomalous += moved;
      steps.add(new Step(number, moved, percentile, anomalous, n - anomalous));
      if (number > 1 && moved == 0) {
        return new Result(iteration, steps, "no normal video is below the others");
      }
    }
    return new Result(iteration, steps, null);
  }

  /**
   * The explicit start: two groups of the points, separated at their mean along the first principal
   * axis and refined by 2-means. The second group is on the side where the variance grows along
   * that axis (the mean, if all variances are equal). Null if all points are equal.
   */
  public static @Nullable SphericalMixture start(double[] mean, double[] variance) {
    boolean[] all = new boolean[mean.length];
    // There are points, so they have a centre.
    double[] centre = Objects.requireNonNull(TwoMeans.centre(mean, variance, all, false));
    double xx = 0;
    double xy = 0;
    double yy = 0;
    for (int i = 0; i < mean.length; i++) {
      double dx = mean[i] - centre[0];
      double dy = variance[i] - centre[1];
      xx += dx * dx;
      xy += dx * dy;
      yy += dy * dy;
    }
    double angle = Math.atan2(2 * xy, xx - yy) / 2;
    double sign = angle < 0 ? -1 : 1;
    double axisX = sign * Math.cos(angle);
    double axisY = sign * Math.sin(angle);
    boolean[] second = new boolean[mean.length];
    boolean parted = false;
    for (int i = 0; i < mean.length; i++) {
      second[i] = axisX * (mean[i] - centre[0]) + axisY * (variance[i] - centre[1]) > 0;
      parted |= second[i] != second[0];
    }
    if (!parted) {
      return null;
    }
    return SphericalMixture.ofGroups(
        mean, variance, TwoMeans.refined(mean, variance, second, MAX_LLOYD_STEPS));
  }

  private static int[] normal(int[] iteration, int count) {
    int[] normal = new int[count];
    int n = 0;
    for (int i = 0; i < iteration.length; i++) {
      if (iteration[i] == 0) {
        normal[n++] = i;
      }
    }
    return normal;
  }

  private static double[] pick(double[] values, int[] which) {
    return Arrays.stream(which).mapToDouble(i -> values[i]).toArray();
  }

  private static double[] densities(SphericalMixture mixture, double[] x, double[] y) {
    double[] densities = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      densities[i] = mixture.logDensity(x[i], y[i]);
    }
    return densities;
  }

  private static double percentile(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    double place = TAIL * (sorted.length - 1);
    int below = (int) place;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (sorted[above] - sorted[below]) * (place - below);
  }
}
