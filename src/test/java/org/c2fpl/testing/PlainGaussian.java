package org.c2fpl.testing;

import java.util.List;

/** The shrunk Gaussian by its definition, sharing no code with the program. */
public final class PlainGaussian {
  private PlainGaussian() {}

  /** The distance of a vector under the Gaussian of others. */
  public static double distance(double[] x, List<double[]> vectors) {
    double[] mean = mean(vectors, x.length);
    return distance(x, mean, covariance(vectors, mean));
  }

  /** The estimator by its definition on centred rows, in deviations. */
  public static double[][] covariance(List<double[]> vectors, double[] mean) {
    int n = vectors.size();
    int d = mean.length;
    double[][] s = new double[d][d];
    for (double[] x : vectors) {
      for (int i = 0; i < d; i++) {
        for (int j = 0; j < d; j++) {
          s[i][j] += (x[i] - mean[i]) * (x[j] - mean[j]) / n;
        }
      }
    }
    double variance = 0;
    for (int i = 0; i < d; i++) {
      variance += s[i][i] / d;
    }
    double spread = 0; // ‖S − mI‖²
    double noise = 0; // Σ ‖xxᵀ − S‖² / n²
    for (int i = 0; i < d; i++) {
      for (int j = 0; j < d; j++) {
        double target = i == j ? variance : 0;
        spread += (s[i][j] - target) * (s[i][j] - target);
        for (double[] x : vectors) {
          double rest = (x[i] - mean[i]) * (x[j] - mean[j]) - s[i][j];
          noise += rest * rest / ((double) n * n);
        }
      }
    }
    double a = Math.min(1, noise / spread);
    for (int i = 0; i < d; i++) {
      for (int j = 0; j < d; j++) {
        s[i][j] = (1 - a) * s[i][j] + (i == j ? (a + 1e-9) * variance : 0);
      }
    }
    return s;
  }

  public static double[] mean(List<double[]> vectors, int d) {
    double[] mean = new double[d];
    for (double[] x : vectors) {
      for (int i = 0; i < d; i++) {
        mean[i] += x[i] / vectors.size();
      }
    }
    return mean;
  }

  /** By Gaussian elimination of S y = x − mean. */
  public static double distance(double[] x, double[] mean, double[][] covariance) {
    int d = x.length;
    double[][] a = new double[d][d + 1];
    for (int i = 0; i < d; i++) {
      System.arraycopy(covariance[i], 0, a[i], 0, d);
      a[i][d] = x[i] - mean[i];
    }
    for (int p = 0; p < d; p++) {
      for (int i = p + 1; i < d; i++) {
        double factor = a[i][p] / a[p][p];
        for (int j = p; j <= d; j++) {
          a[i][j] -= factor * a[p][j];
        }
      }
    }
    double[] y = new double[d];
    double form = 0;
    for (int i = d - 1; i >= 0; i--) {
      double rest = a[i][d];
      for (int j = i + 1; j < d; j++) {
        rest -= a[i][j] * y[j];
      }
      y[i] = rest / a[i][i];
      form += y[i] * (x[i] - mean[i]);
    }
    return Math.sqrt(form);
  }
}
