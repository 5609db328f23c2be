package org.c2fpl.method.statistics;

import java.io.Serializable;
import java.util.Arrays;
import org.c2fpl.errors.DataException;
import org.c2fpl.method.exact.ExactMoments;

/**
 * The Gaussian of normal segments, N(Γ, Σ) of Eqs. 3 and 4, and its density at a segment, Eq. 5,
 * which the paper calls the p-value. In the paper d = 1: a segment is represented by its norm.
 */
public final class NullModel implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final double LOG_TWO_PI = StrictMath.log(2 * Math.PI);

  private final double[] mean;
  private final double[] covariance;

  /** The lower Cholesky factor of the covariance, row-major. */
  private final double[] factor;

  private final double logNormalizer;

  /**
   * A model of d dimensions.
   *
   * @param mean Γ, d values
   * @param covariance Σ, d × d values, row-major
   * @throws IllegalArgumentException if the sizes do not fit or the covariance is not symmetric
   * @throws DataException if a value is not finite or the covariance is singular
   */
  public NullModel(double[] mean, double[] covariance) {
    int d = mean.length;
    if (d == 0 || covariance.length != d * d) {
      throw new IllegalArgumentException(
          "A null model of " + d + " means does not fit " + covariance.length + " covariances.");
    }
    this.mean = mean.clone();
    this.covariance = covariance.clone();
    this.factor = cholesky(this.mean, this.covariance);
    double logDeterminant = 0;
    for (int i = 0; i < d; i++) {
      logDeterminant += 2 * StrictMath.log(factor[i * d + i]);
    }
    this.logNormalizer = -0.5 * (d * LOG_TWO_PI + logDeterminant);
  }

  /**
   * The one-dimensional model of the norms of all segments of normal videos: Γ their mean, Σ their
   * sample variance.
   *
   * @throws DataException if there are fewer than two, or all are equal
   */
  public static NullModel of(ExactMoments norms) {
    if (norms.count() < 2) {
      throw new DataException(
          "Cannot fit the null model: the videos labelled normal have "
              + norms.count()
              + " segments in total. Ingest more training footage.");
    }
    return new NullModel(new double[] {norms.mean()}, new double[] {norms.sampleVariance()});
  }

  /** Γ, a copy. */
  public double[] mean() {
    return mean.clone();
  }

  /** Σ, row-major, a copy. */
  public double[] covariance() {
    return covariance.clone();
  }

  /** d. */
  public int dimensions() {
    return mean.length;
  }

  /**
   * The log of Eq. 5 for d = 1; finite for every finite norm up to some 1e153 deviations, where the
   * density itself is 0 from 39 deviations on. Allocates nothing.
   *
   * @throws IllegalStateException if the model has several dimensions
   */
  public double logDensity(double norm) {
    requireOneDimension();
    double z = (norm - mean[0]) / factor[0];
    return logNormalizer - 0.5 * z * z;
  }

  /**
   * The number of deviations by which a number is above Γ, for d = 1.
   *
   * @throws IllegalStateException if the model has several dimensions
   */
  public double deviate(double z) {
    requireOneDimension();
    return (z - mean[0]) / factor[0];
  }

  /**
   * The log of Eq. 5.
   *
   * @throws IllegalArgumentException if the point has another dimension
   */
  public double logDensity(double[] point) {
    return logNormalizer - 0.5 * squaredDistance(point);
  }

  /**
   * The squared Mahalanobis distance of a point from Γ.
   *
   * @throws IllegalArgumentException if the point has another dimension
   */
  public double squaredDistance(double[] point) {
    int d = mean.length;
    if (point.length != d) {
      throw new IllegalArgumentException(
          "A point of "
              + point.length
              + " dimensions has no density under a null model of "
              + d
              + ".");
    }
    double[] whitened = new double[d];
    double squares = 0;
    for (int i = 0; i < d; i++) {
      double rest = point[i] - mean[i];
      for (int j = 0; j < i; j++) {
        rest -= factor[i * d + j] * whitened[j];
      }
      whitened[i] = rest / factor[i * d + i];
      squares += whitened[i] * whitened[i];
    }
    return squares;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof NullModel that
        && Arrays.equals(mean, that.mean)
        && Arrays.equals(covariance, that.covariance);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(mean) + Arrays.hashCode(covariance);
  }

  @Override
  public String toString() {
    return "NullModel[mean="
        + Arrays.toString(mean)
        + ", covariance="
        + Arrays.toString(covariance)
        + "]";
  }

  private void requireOneDimension() {
    if (mean.length != 1) {
      throw new IllegalStateException(
          "One number has no density under a null model of " + mean.length + " dimensions.");
    }
  }

  private static double[] cholesky(double[] mean, double[] covariance) {
    int d = mean.length;
    double[] factor = new double[d * d];
    for (int i = 0; i < d; i++) {
      for (int j = 0; j <= i; j++) {
        double entry = covariance[i * d + j];
        if (entry != covariance[j * d + i] && Double.isFinite(entry)) {
          throw new IllegalArgumentException(
              "A covariance is symmetric, but this one is not: " + Arrays.toString(covariance));
        }
        double rest = entry;
        for (int k = 0; k < j; k++) {
          rest -= factor[i * d + k] * factor[j * d + k];
        }
        if (i != j) {
          factor[i * d + j] = rest / factor[j * d + j];
        } else if (Double.isFinite(mean[i]) && Double.isFinite(rest) && rest > singular(entry, d)) {
          factor[i * d + i] = Math.sqrt(rest);
        } else {
          throw unusable(mean, covariance);
        }
      }
    }
    return factor;
  }

  /**
   * The bound of the rounding error of a pivot that should be zero; nothing is subtracted if d = 1.
   */
  private static double singular(double variance, int d) {
    return d == 1 ? 0 : d * Math.ulp(variance);
  }

  private static DataException unusable(double[] mean, double[] covariance) {
    return new DataException(
        "Cannot fit the null model: the segments of the videos labelled normal have mean "
            + Arrays.toString(mean)
            + " and covariance "
            + Arrays.toString(covariance)
            + ", which has no density. Check that their features are finite and vary.");
  }
}
