package org.c2fpl.method.coarse;

import java.io.Serializable;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The explicit start of EM for a cluster's points x = [μ, σ]: depends only on the points and their
 * order.
 *
 * <p>The points are standardised, cut at their mean along the first principal axis, and the two
 * halves refined by 2-means (Lloyd) until no point changes sides; weights, means and covariances of
 * the two groups are the start. EM from here ends in the same mixture as from a good k-means start,
 * in few steps; the first steps can be made here.
 *
 * @param mean of μ and of σ over the points
 * @param scale deviation of μ and of σ, by which they are divided; 1 for a constant coordinate
 * @param mixture in standardised coordinates; null if {@code degenerate} has a reason
 * @param steps of EM that led to the mixture
 * @param degenerate why there is none; null where there is one
 */
public record MixtureStart(
    int size,
    double[] mean,
    double[] scale,
    @Nullable Mixture2 mixture,
    int steps,
    @Nullable String degenerate)
    implements Serializable {

  /**
   * Added to the start's variances, in units of the cluster's: prevents a singular covariance for a
   * group of equal points.
   */
  static final double VARIANCE_FLOOR = 1e-6;

  private static final int MAX_LLOYD_STEPS = 100;

  /**
   * Finds the start and continues from it with at most {@code maxSteps} steps of expectation
   * maximisation, see {@link MixtureEm}.
   *
   * @param mu μ of the first {@code n} points, finite
   * @param sigma σ of the same points, finite
   */
  public static MixtureStart refined(
      double[] mu, double[] sigma, int n, double tolerance, int maxSteps) {
    double[] mean = {mean(mu, n), mean(sigma, n)};
    double[] deviation = {deviation(mu, n, mean[0]), deviation(sigma, n, mean[1])};
    if (deviation[0] == 0 && deviation[1] == 0) {
      return new MixtureStart(
          n, mean, new double[] {1, 1}, null, 0, "all " + n + " videos have the same μ and σ");
    }
    double[] scale = {deviation[0] == 0 ? 1 : deviation[0], deviation[1] == 0 ? 1 : deviation[1]};
    double[] x = standardised(mu, n, mean[0], scale[0]);
    double[] y = standardised(sigma, n, mean[1], scale[1]);
    boolean[] second = TwoMeans.refined(x, y, cutAlongPrincipalAxis(x, y), MAX_LLOYD_STEPS);
    MixtureEm.Refined refined = MixtureEm.refined(x, y, mixture(x, y, second), tolerance, maxSteps);
    return new MixtureStart(n, mean, scale, refined.mixture(), refined.steps(), null);
  }

  /** μ in standardised coordinates. */
  public double scaledMu(double mu) {
    return (mu - mean[0]) / scale[0];
  }

  /** σ in standardised coordinates. */
  public double scaledSigma(double sigma) {
    return (sigma - mean[1]) / scale[1];
  }

  /** Converts a component from standardised to original coordinates. */
  public MixtureComponent component(Mixture2 standardised, int which) {
    double[] centre = standardised.means()[which];
    double[] covariance = standardised.covariances()[which].clone();
    for (int i = 0; i < 2; i++) {
      for (int j = 0; j < 2; j++) {
        covariance[2 * i + j] *= scale[i] * scale[j];
      }
    }
    return new MixtureComponent(
        standardised.weights()[which],
        new double[] {mean[0] + scale[0] * centre[0], mean[1] + scale[1] * centre[1]},
        covariance);
  }

  /** The decrease of a point's log-density in the original coordinates. */
  public double logScale() {
    return Math.log(scale[0]) + Math.log(scale[1]);
  }

  private static double mean(double[] values, int n) {
    double sum = 0;
    for (int i = 0; i < n; i++) {
      sum += values[i];
    }
    return sum / n;
  }

  /** Exactly 0 if all values are equal, for any rounding of the mean. */
  private static double deviation(double[] values, int n, double mean) {
    double squares = 0;
    boolean constant = true;
    for (int i = 0; i < n; i++) {
      squares += (values[i] - mean) * (values[i] - mean);
      constant &= values[i] == values[0];
    }
    return constant ? 0 : Math.sqrt(squares / n);
  }

  private static double[] standardised(double[] values, int n, double mean, double scale) {
    double[] scaled = new double[n];
    for (int i = 0; i < n; i++) {
      scaled[i] = (values[i] - mean) / scale;
    }
    return scaled;
  }

  /**
   * The side of the mean on which a point is along the first principal axis. With both coordinates
   * of variance 1 that axis is a diagonal, chosen by the sign of their correlation; if one
   * coordinate is constant, the sum equals the other one.
   */
  private static boolean[] cutAlongPrincipalAxis(double[] x, double[] y) {
    double correlation = 0;
    for (int i = 0; i < x.length; i++) {
      correlation += x[i] * y[i];
    }
    double sign = correlation < 0 ? -1 : 1;
    boolean[] second = new boolean[x.length];
    for (int i = 0; i < x.length; i++) {
      second[i] = x[i] + sign * y[i] > 0;
    }
    return second;
  }

  private static Mixture2 mixture(double[] x, double[] y, boolean[] second) {
    double[] weights = new double[2];
    double[][] means = new double[2][];
    double[][] covariances = new double[2][];
    for (int k = 0; k < 2; k++) {
      boolean which = k == 1;
      // Neither group is empty: the points differ, and 2-means keeps both.
      double[] centre = Objects.requireNonNull(TwoMeans.centre(x, y, second, which));
      double xx = 0;
      double xy = 0;
      double yy = 0;
      int count = 0;
      for (int i = 0; i < x.length; i++) {
        if (second[i] == which) {
          double dx = x[i] - centre[0];
          double dy = y[i] - centre[1];
          xx += dx * dx;
          xy += dx * dy;
          yy += dy * dy;
          count++;
        }
      }
      weights[k] = (double) count / x.length;
      means[k] = centre;
      covariances[k] =
          new double[] {
            xx / count + VARIANCE_FLOOR, xy / count, xy / count, yy / count + VARIANCE_FLOOR
          };
    }
    return new Mixture2(weights, means, covariances);
  }
}
