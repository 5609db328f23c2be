package org.c2fpl.method.statistics;

import org.c2fpl.errors.DataException;

/**
 * The Gaussian of feature vectors with the covariance shrunk towards a multiple of the identity:
 * {@code (1 − a) S + a (tr S / d) I}, a = min(1, b² / d²) as in Ledoit and Wolf, "A
 * well-conditioned estimator for large-dimensional covariance matrices" (2004). S divides by n.
 */
public final class LedoitWolf {
  /**
   * The share of the mean variance to add to the diagonal: constant dimensions leave S singular.
   */
  private static final double RIDGE = 1e-9;

  private LedoitWolf() {}

  /**
   * Fits the Gaussian; d³/6 multiplications.
   *
   * @throws DataException if there are fewer than two vectors or all are equal
   */
  public static ShrunkGaussian fit(GramSums sums) {
    int d = sums.dimensions();
    double n = sums.count();
    if (n < 2) {
      throw new DataException(
          "Cannot fit a Gaussian to the training features: there are "
              + sums.count()
              + " feature vectors. Ingest more training footage.");
    }
    double[] covariance = sums.products().clone();
    double[] mean = new double[d];
    for (int i = 0; i < d; i++) {
      mean[i] = sums.sum(i) / n;
    }
    double fourths = centredFourths(sums, mean, covariance);
    double trace = 0;
    double squares = 0;
    for (int i = 0, k = 0; i < d; i++) {
      for (int j = 0; j <= i; j++, k++) {
        covariance[k] = covariance[k] / n - mean[i] * mean[j];
        squares += (i == j ? 1 : 2) * covariance[k] * covariance[k];
      }
      trace += covariance[k - 1];
    }
    double variance = trace / d;
    if (!(variance > 0)) {
      throw new DataException(
          "Cannot fit a Gaussian to the training features: all "
              + sums.count()
              + " feature vectors are equal. Check that the features vary.");
    }
    double noise = (fourths / n - squares) / n;
    double spread = squares - d * variance * variance;
    double shrinkage = spread > 0 ? Math.max(0, Math.min(1, noise / spread)) : 1;
    for (int i = 0, k = 0; i < d; i++) {
      for (int j = 0; j <= i; j++, k++) {
        covariance[k] *= 1 - shrinkage;
      }
      covariance[k - 1] += (shrinkage + RIDGE) * variance;
    }
    return ShrunkGaussian.of(mean, covariance);
  }

  /** Σ ‖x − mean‖⁴ from the sums about zero. */
  private static double centredFourths(GramSums sums, double[] mean, double[] products) {
    int d = mean.length;
    double n = sums.count();
    double form = 0;
    double norm = 0;
    double cubes = 0;
    double squares = 0;
    for (int i = 0, k = 0; i < d; i++) {
      for (int j = 0; j <= i; j++, k++) {
        form += (i == j ? 1 : 2) * mean[i] * mean[j] * products[k];
      }
      squares += products[k - 1];
      norm += mean[i] * mean[i];
      cubes += mean[i] * sums.cube(i);
    }
    return sums.fourths() + 4 * form - 4 * cubes + 2 * norm * squares - 3 * n * norm * norm;
  }
}
