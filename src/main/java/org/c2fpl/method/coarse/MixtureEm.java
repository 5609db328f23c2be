package org.c2fpl.method.coarse;

/**
 * Expectation maximisation of a mixture of two Gaussians with full covariance in the plane, summed
 * in the order of the points; the steps are those of MLlib's {@code GaussianMixture}.
 *
 * <p>On a cluster every step of MLlib is a separate job, whose scheduling takes longer than the
 * step for fewer than some hundred thousand points. So points that are in one partition anyway are
 * fitted here first, and MLlib continues from the result.
 */
public final class MixtureEm {
  /** The constant that MLlib adds to every weighted density. */
  private static final double EPSILON = Math.ulp(1.0);

  /** The largest determinant that rounding may cause for coordinates of variance 1. */
  private static final double SINGULAR = 1e-12;

  private MixtureEm() {}

  /**
   * The result of expectation maximisation.
   *
   * @param steps number of steps; the allowed maximum if it has not converged
   */
  public record Refined(Mixture2 mixture, int steps) {}

  /**
   * Steps from a start until the log-likelihood changes by no more than {@code tolerance} per
   * point, or a covariance would become singular; then the last regular mixture is the result.
   *
   * @param x first coordinates of the points, standardised
   * @param y second coordinates, standardised
   */
  public static Refined refined(
      double[] x, double[] y, Mixture2 start, double tolerance, int maxSteps) {
    Mixture2 mixture = start;
    double previous = Double.NEGATIVE_INFINITY;
    for (int step = 0; step < maxSteps; step++) {
      Component first = Component.of(mixture, 0);
      Component second = Component.of(mixture, 1);
      double logLikelihood = 0;
      for (int i = 0; i < x.length; i++) {
        double p = first.weighted(x[i], y[i]);
        double q = second.weighted(x[i], y[i]);
        double both = p + q;
        logLikelihood += Math.log(both);
        first.add(p / both, x[i], y[i]);
        second.add(q / both, x[i], y[i]);
      }
      if (first.isSingular() || second.isSingular()) {
        return new Refined(mixture, step);
      }
      mixture = mixture(first, second, x.length);
      if (Math.abs(logLikelihood - previous) <= tolerance * x.length) {
        return new Refined(mixture, step + 1);
      }
      previous = logLikelihood;
    }
    return new Refined(mixture, maxSteps);
  }

  private static Mixture2 mixture(Component first, Component second, int points) {
    return new Mixture2(
        new double[] {first.share / points, second.share / points},
        new double[][] {first.mean(), second.mean()},
        new double[][] {first.covariance(), second.covariance()});
  }

  /** One Gaussian, and the sums for the next one. */
  private static final class Component {
    private final double scale;
    private final double meanX;
    private final double meanY;

    /** The inverse of the covariance. */
    private final double xx;

    private final double xy;
    private final double yy;

    private double share;
    private double sumX;
    private double sumY;
    private double sumXx;
    private double sumXy;
    private double sumYy;

    private Component(double weight, double[] mean, double[] covariance) {
      double determinant = covariance[0] * covariance[3] - covariance[1] * covariance[2];
      this.scale = weight / (2 * Math.PI * Math.sqrt(determinant));
      this.meanX = mean[0];
      this.meanY = mean[1];
      this.xx = covariance[3] / determinant;
      this.xy = -covariance[1] / determinant;
      this.yy = covariance[0] / determinant;
    }

    static Component of(Mixture2 mixture, int k) {
      return new Component(mixture.weights()[k], mixture.means()[k], mixture.covariances()[k]);
    }

    double weighted(double x, double y) {
      double dx = x - meanX;
      double dy = y - meanY;
      double squares = dx * dx * xx + 2 * dx * dy * xy + dy * dy * yy;
      return EPSILON + scale * Math.exp(-0.5 * squares);
    }

    void add(double part, double x, double y) {
      share += part;
      sumX += part * x;
      sumY += part * y;
      sumXx += part * x * x;
      sumXy += part * x * y;
      sumYy += part * y * y;
    }

    double[] mean() {
      return new double[] {sumX / share, sumY / share};
    }

    double[] covariance() {
      double[] mean = mean();
      double covarianceXy = sumXy / share - mean[0] * mean[1];
      return new double[] {
        sumXx / share - mean[0] * mean[0],
        covarianceXy,
        covarianceXy,
        sumYy / share - mean[1] * mean[1]
      };
    }

    /** Whether the covariance from the sums is singular up to rounding. */
    boolean isSingular() {
      double[] c = covariance();
      return !(c[0] * c[3] - c[1] * c[2] > SINGULAR);
    }
  }
}
