package org.c2fpl.method.coarse;

import java.util.Arrays;

/**
 * A mixture of two Gaussians in the plane, each with one variance for both coordinates, and its
 * estimation by expectation maximisation.
 *
 * <p>Updates of weights, means and variances, and the stopping rule, are those of scikit-learn's
 * GaussianMixture with spherical covariance: a component's variance is the mean over the
 * coordinates of their responsibility-weighted variances, 10⁻⁶ added to each; steps end when the
 * mean log-likelihood changes by less than 10⁻³, or after 150.
 *
 * <p>Memory: 16 bytes per point while fitting.
 *
 * @param weights two, adding up to 1
 * @param means two of two
 * @param variances two, above 0
 */
public record SphericalMixture(double[] weights, double[][] means, double[] variances) {
  static final double TOLERANCE = 1e-3;
  static final int MAX_STEPS = 150;

  /** Added to the variance of each coordinate. */
  static final double VARIANCE_FLOOR = 1e-6;

  /** Prevents the weight 0 of a component without points. */
  private static final double WEIGHT_FLOOR = 10 * Math.ulp(1.0);

  private static final double LOG_TWO_PI = Math.log(2 * Math.PI);

  /** The mixture of two groups of points, each component estimated from one of them. */
  static SphericalMixture ofGroups(double[] x, double[] y, boolean[] second) {
    double[][] shares = new double[2][x.length];
    for (int i = 0; i < x.length; i++) {
      shares[second[i] ? 1 : 0][i] = 1;
    }
    return estimated(x, y, shares);
  }

  /** The mixture at which expectation maximisation ends. */
  static SphericalMixture fitted(double[] x, double[] y, SphericalMixture start) {
    SphericalMixture mixture = start;
    double[][] shares = new double[2][x.length];
    double bound = Double.NEGATIVE_INFINITY;
    for (int step = 0; step < MAX_STEPS; step++) {
      double previous = bound;
      bound = mixture.expect(x, y, shares);
      mixture = estimated(x, y, shares);
      if (Math.abs(bound - previous) < TOLERANCE) {
        break;
      }
    }
    return mixture;
  }

  /** The log of a component's weight times its density at a point. */
  private double logWeighted(int component, double x, double y) {
    double dx = x - means[component][0];
    double dy = y - means[component][1];
    double variance = variances[component];
    return Math.log(weights[component])
        - LOG_TWO_PI
        - Math.log(variance)
        - (dx * dx + dy * dy) / variance / 2;
  }

  /** Whether the second component explains a point better than the first. */
  boolean isSecond(double x, double y) {
    return logWeighted(1, x, y) > logWeighted(0, x, y);
  }

  /** The log density at a point. */
  double logDensity(double x, double y) {
    return logSum(logWeighted(0, x, y), logWeighted(1, x, y));
  }

  /**
   * Computes the responsibilities of the components for every point; returns the mean log density.
   */
  private double expect(double[] x, double[] y, double[][] shares) {
    double sum = 0;
    for (int i = 0; i < x.length; i++) {
      double first = logWeighted(0, x[i], y[i]);
      double second = logWeighted(1, x[i], y[i]);
      double both = logSum(first, second);
      shares[0][i] = Math.exp(first - both);
      shares[1][i] = Math.exp(second - both);
      sum += both;
    }
    return sum / x.length;
  }

  private static SphericalMixture estimated(double[] x, double[] y, double[][] shares) {
    double[] sizes = new double[2];
    double[][] means = new double[2][];
    double[] variances = new double[2];
    for (int k = 0; k < 2; k++) {
      double size = Arrays.stream(shares[k]).reduce(0, Double::sum) + WEIGHT_FLOOR;
      double meanX = weightedMean(x, shares[k], size);
      double meanY = weightedMean(y, shares[k], size);
      double squares = weightedSquares(x, shares[k], meanX) + weightedSquares(y, shares[k], meanY);
      sizes[k] = size;
      means[k] = new double[] {meanX, meanY};
      variances[k] = squares / size / 2 + VARIANCE_FLOOR;
    }
    double all = sizes[0] + sizes[1];
    return new SphericalMixture(new double[] {sizes[0] / all, sizes[1] / all}, means, variances);
  }

  private static double weightedMean(double[] values, double[] shares, double size) {
    double sum = 0;
    for (int i = 0; i < values.length; i++) {
      sum += shares[i] * values[i];
    }
    return sum / size;
  }

  private static double weightedSquares(double[] values, double[] shares, double mean) {
    double sum = 0;
    for (int i = 0; i < values.length; i++) {
      sum += shares[i] * (values[i] - mean) * (values[i] - mean);
    }
    return sum;
  }

  private static double logSum(double a, double b) {
    double larger = Math.max(a, b);
    return larger + Math.log1p(Math.exp(Math.min(a, b) - larger));
  }
}
