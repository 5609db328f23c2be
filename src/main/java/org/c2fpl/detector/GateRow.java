package org.c2fpl.detector;

import org.c2fpl.method.exact.LaneMath;
import org.c2fpl.method.training.DropoutMask;

/**
 * Computes one row of a hidden layer between its products, in plain doubles, with its working
 * memory.
 *
 * <p>Forward: the products z become {@code h = max(z_fc + b_fc, 0)} and, with attention, {@code a =
 * softmax(z_att + b_att)}; the output is {@code m (h + h a)} or {@code m h}, with the dropout mask
 * {@code m ∈ {0, 1/retain}}. Backward: from h, a, the output and its gradient e, with {@code g = m
 * e},
 *
 * <pre>
 *   ∂z_fc = g (1 + a) where h > 0,   ∂z_att = a (g h − Σ_k g_k h_k a_k)
 * </pre>
 *
 * A unit was dropped where its output is 0; where h is 0, too, the mask makes no difference.
 */
final class GateRow {
  private final int units;
  private final boolean attention;
  private final double retain;
  private final double[] bias;

  /** Forward: z, then h and a. Backward: h and a, then the gradients of z. */
  final double[] columns;

  /** The layer's output. */
  final double[] output;

  /** Backward: the gradient with respect to the output. */
  final double[] error;

  /**
   * Backward: the sums of the gradients of z over the rows so far, which are the gradient of the
   * bias.
   */
  final double[] biasGradient;

  GateRow(int units, boolean attention, double retain, double[] bias) {
    this.units = units;
    this.attention = attention;
    this.retain = retain;
    this.bias = bias;
    this.columns = new double[bias.length];
    this.output = new double[units];
    this.error = new double[units];
    this.biasGradient = new double[bias.length];
  }

  /** The forward pass without dropout, for scoring. */
  void forth() {
    activate();
    combine(1);
  }

  /**
   * The forward pass with dropout, whose mask follows from the batch's seed and the row's number.
   */
  void forth(long seed, int row) {
    activate();
    if (retain == 1) {
      combine(1);
      return;
    }
    combine(1 / retain);
    DropoutMask.drop(output, seed, row, retain);
  }

  private void activate() {
    for (int j = 0; j < units; j++) {
      columns[j] = Math.max(columns[j] + bias[j], 0);
    }
    if (attention) {
      softmax();
    }
  }

  private void softmax() {
    double largest = Double.NEGATIVE_INFINITY;
    for (int j = units; j < columns.length; j++) {
      columns[j] += bias[j];
      if (columns[j] > largest) {
        largest = columns[j];
      }
    }
    for (int j = units; j < columns.length; j++) {
      columns[j] -= largest;
    }
    LaneMath.exp(columns, units, columns.length);
    double scale = 1 / LaneMath.sum(columns, units, columns.length);
    for (int j = units; j < columns.length; j++) {
      columns[j] *= scale;
    }
  }

  private void combine(double scale) {
    for (int j = 0; j < units; j++) {
      output[j] = scale * columns[j];
    }
    if (attention) {
      for (int j = 0; j < units; j++) {
        output[j] *= 1 + columns[units + j];
      }
    }
  }

  /**
   * The backward pass, from {@link #columns}, {@link #output} and {@link #error}, after a {@link
   * #forth} with dropout of the same row.
   */
  void back() {
    double scale = 1 / retain;
    for (int j = 0; j < units; j++) {
      error[j] = output[j] == 0 ? 0 : scale * error[j];
    }
    // Where h is 0, the output is 0, too: no gradient passes the rectifier.
    if (attention) {
      backGated();
    } else {
      System.arraycopy(error, 0, columns, 0, units);
    }
    for (int j = 0; j < columns.length; j++) {
      biasGradient[j] += columns[j];
    }
  }

  private void backGated() {
    for (int j = 0; j < units; j++) {
      columns[j] *= error[j];
    }
    double inner = LaneMath.dot(columns, 0, columns, units, units);
    for (int j = 0; j < units; j++) {
      double a = columns[units + j];
      double da = columns[j];
      columns[j] = error[j] * (1 + a);
      columns[units + j] = a * (da - inner);
    }
  }
}
