package org.c2fpl.method.statistics;

import java.io.Serializable;
import org.c2fpl.errors.DataException;

/**
 * A Gaussian of d-dimensional vectors in the grid steps of {@link FeatureVectors}. It takes 4 d (d
 * + 1) bytes; a distance costs d²/2 multiplications.
 *
 * @param mean d values
 * @param factor the lower Cholesky factor of the covariance, by columns: d values of the first, d −
 *     1 of the second, …, 1 of the last
 */
public record ShrunkGaussian(double[] mean, double[] factor) implements Serializable {

  /**
   * The Gaussian of a covariance.
   *
   * @param covariance the lower triangle by rows
   * @throws DataException if it is not positive definite
   */
  static ShrunkGaussian of(double[] mean, double[] covariance) {
    int d = mean.length;
    double[] rows = covariance.clone();
    for (int i = 0; i < d; i++) {
      int rowI = i * (i + 1) / 2;
      for (int j = 0; j <= i; j++) {
        int rowJ = j * (j + 1) / 2;
        double rest = rows[rowI + j] - dot(rows, rowI, rowJ, j);
        if (i != j) {
          rows[rowI + j] = rest / rows[rowJ + j];
        } else if (rest > 0) {
          rows[rowI + i] = Math.sqrt(rest);
        } else {
          throw new DataException(
              "Cannot fit a Gaussian to the training features: their covariance is singular at"
                  + " dimension "
                  + i
                  + ". Check that the features are finite and vary.");
        }
      }
    }
    double[] columns = new double[rows.length];
    for (int j = 0, k = 0; j < d; j++) {
      for (int i = j; i < d; i++, k++) {
        columns[k] = rows[i * (i + 1) / 2 + j];
      }
    }
    return new ShrunkGaussian(mean, columns);
  }

  /** d. */
  public int dimensions() {
    return mean.length;
  }

  /**
   * The Mahalanobis distance of a vector from the mean.
   *
   * @param x d values; they are overwritten
   */
  public double distance(double[] x) {
    int d = mean.length;
    for (int i = 0; i < d; i++) {
      x[i] -= mean[i];
    }
    double squares = 0;
    for (int j = 0, column = 0; j < d; column += d - j, j++) {
      double w = x[j] / factor[column];
      squares += w * w;
      int shift = column - j;
      for (int i = j + 1; i < d; i++) {
        x[i] -= w * factor[shift + i];
      }
    }
    return Math.sqrt(squares);
  }

  /** Four sums, so that a product need not wait for the previous one. */
  private static double dot(double[] values, int a, int b, int length) {
    double s0 = 0;
    double s1 = 0;
    double s2 = 0;
    double s3 = 0;
    int k = 0;
    for (; k + 3 < length; k += 4) {
      s0 += values[a + k] * values[b + k];
      s1 += values[a + k + 1] * values[b + k + 1];
      s2 += values[a + k + 2] * values[b + k + 2];
      s3 += values[a + k + 3] * values[b + k + 3];
    }
    for (; k < length; k++) {
      s0 += values[a + k] * values[b + k];
    }
    return (s0 + s1) + (s2 + s3);
  }
}
