package org.c2fpl.detector;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** The two-layer detector written out in loops over doubles, without dropout, for comparison. */
final class NaiveDetector {
  final Map<String, double[][]> weights = new LinkedHashMap<>();
  private final Map<String, double[][]> buffers = new LinkedHashMap<>();
  private final int crops;
  private final double l2;
  private final boolean attention;
  private final boolean decayBiases;

  NaiveDetector(ComputationGraph network, int crops, double l2) {
    this(network, crops, l2, true, false);
  }

  NaiveDetector(
      ComputationGraph network, int crops, double l2, boolean attention, boolean decayBiases) {
    this.crops = crops;
    this.l2 = l2;
    this.attention = attention;
    this.decayBiases = decayBiases;
    for (String layer :
        attention
            ? List.of("fc1", "att1", "fc2", "att2", "score")
            : List.of("fc1", "fc2", "score")) {
      for (String part : List.of("_W", "_b")) {
        INDArray array = parameter(network, layer + part);
        double[][] copy = new double[(int) array.rows()][(int) array.columns()];
        for (int r = 0; r < copy.length; r++) {
          for (int c = 0; c < copy[r].length; c++) {
            copy[r][c] = array.getDouble(r, c);
          }
        }
        weights.put(layer + part, copy);
      }
    }
  }

  /**
   * The network's view of one of {@code fc1_W, att1_W, fc1_b, …, score_b}; a hidden layer holds the
   * columns of fc before those of att.
   */
  static INDArray parameter(ComputationGraph network, String name) {
    String part = name.substring(name.indexOf('_') + 1);
    if (name.startsWith("score")) {
      return network.getLayer("score").getParam(part);
    }
    var layer = network.getLayer("hidden" + name.charAt(name.indexOf('_') - 1));
    INDArray both = layer.getParam(part);
    long units = ((GatedDense) layer.conf().getLayer()).getNOut();
    long from = name.startsWith("att") ? units : 0;
    return both.get(NDArrayIndex.all(), NDArrayIndex.interval(from, from + units));
  }

  /** Mean over crops of the sigmoid, one value per segment. */
  double[] scores(double[][] x) {
    double[] scores = new double[x.length / crops];
    for (int row = 0; row < x.length; row++) {
      double[] first = gate(affine(x[row], "fc1"), gateLogits(x[row], "att1"));
      double[] second = gate(affine(first, "fc2"), gateLogits(first, "att2"));
      scores[row / crops] += 1 / (1 + Math.exp(-affine(second, "score")[0])) / crops;
    }
    return scores;
  }

  /** One step of gradient descent; returns the loss with the l2 term before the step. */
  double step(double[][] x, double[] labels, double rate) {
    return step(x, labels, rate, 0);
  }

  /** One step with Nesterov's momentum as in PyTorch. */
  double step(double[][] x, double[] labels, double rate, double momentum) {
    Map<String, double[][]> gradients = new LinkedHashMap<>();
    weights.forEach((name, w) -> gradients.put(name, new double[w.length][w[0].length]));
    int segments = x.length / crops;
    double[] yhat = scores(x);
    double loss = 0;
    for (int s = 0; s < segments; s++) {
      double y = labels[s * crops];
      loss -= (y * Math.log(yhat[s]) + (1 - y) * Math.log(1 - yhat[s])) / segments;
    }
    for (int row = 0; row < x.length; row++) {
      double[] z1 = affine(x[row], "fc1");
      double[] u1 = gateLogits(x[row], "att1");
      double[] g1 = gate(z1, u1);
      double[] z2 = affine(g1, "fc2");
      double[] u2 = gateLogits(g1, "att2");
      double[] g2 = gate(z2, u2);
      double p = 1 / (1 + Math.exp(-affine(g2, "score")[0]));
      double m = yhat[row / crops];
      double y = labels[row];
      double delta = (m - y) / (m * (1 - m)) * p * (1 - p) / crops / segments;
      double[] e2 = backAffine(g2, new double[] {delta}, "score", gradients);
      double[] e1 = backGate(g1, z2, u2, e2, "fc2", "att2", gradients);
      backGate(x[row], z1, u1, e1, "fc1", "att1", gradients);
    }
    for (var entry : weights.entrySet()) {
      boolean decayed = decayBiases || entry.getKey().endsWith("_W");
      double[][] w = entry.getValue();
      double[][] g = gradients.get(entry.getKey());
      double[][] b =
          buffers.computeIfAbsent(entry.getKey(), key -> new double[w.length][w[0].length]);
      for (int r = 0; r < w.length; r++) {
        for (int c = 0; c < w[r].length; c++) {
          loss += decayed ? l2 / 2 * w[r][c] * w[r][c] : 0;
          double decayedGradient = g[r][c] + (decayed ? l2 * w[r][c] : 0);
          b[r][c] = momentum * b[r][c] + decayedGradient;
          w[r][c] -= rate * (decayedGradient + momentum * b[r][c]);
        }
      }
    }
    return loss;
  }

  private double[] affine(double[] x, String layer) {
    double[][] w = weights.get(layer + "_W");
    double[] out = weights.get(layer + "_b")[0].clone();
    for (int j = 0; j < out.length; j++) {
      for (int i = 0; i < x.length; i++) {
        out[j] += x[i] * w[i][j];
      }
    }
    return out;
  }

  private static double[] softmax(double[] u) {
    double sum = 0;
    double[] a = new double[u.length];
    for (int j = 0; j < u.length; j++) {
      a[j] = Math.exp(u[j]);
      sum += a[j];
    }
    for (int j = 0; j < u.length; j++) {
      a[j] /= sum;
    }
    return a;
  }

  /** Null without attention, which equals a closed gate. */
  private double[] gateLogits(double[] x, String layer) {
    return attention ? affine(x, layer) : null;
  }

  private static double[] gate(double[] z, double[] u) {
    double[] a = u == null ? new double[z.length] : softmax(u);
    double[] out = new double[z.length];
    for (int j = 0; j < z.length; j++) {
      out[j] = Math.max(z[j], 0) * (1 + a[j]);
    }
    return out;
  }

  private double[] backGate(
      double[] x,
      double[] z,
      double[] u,
      double[] error,
      String fc,
      String attention,
      Map<String, double[][]> gradients) {
    double[] a = u == null ? new double[z.length] : softmax(u);
    double[] dz = new double[z.length];
    double[] da = new double[z.length];
    double inner = 0;
    for (int j = 0; j < z.length; j++) {
      dz[j] = z[j] > 0 ? error[j] * (1 + a[j]) : 0;
      da[j] = error[j] * Math.max(z[j], 0);
      inner += da[j] * a[j];
    }
    double[] du = new double[z.length];
    for (int j = 0; j < z.length; j++) {
      du[j] = a[j] * (da[j] - inner);
    }
    double[] back = backAffine(x, dz, fc, gradients);
    if (u == null) {
      return back;
    }
    double[] other = backAffine(x, du, attention, gradients);
    for (int i = 0; i < back.length; i++) {
      back[i] += other[i];
    }
    return back;
  }

  private double[] backAffine(
      double[] x, double[] delta, String layer, Map<String, double[][]> gradients) {
    double[][] w = weights.get(layer + "_W");
    double[][] gw = gradients.get(layer + "_W");
    double[] gb = gradients.get(layer + "_b")[0];
    double[] back = new double[x.length];
    for (int j = 0; j < delta.length; j++) {
      gb[j] += delta[j];
      for (int i = 0; i < x.length; i++) {
        gw[i][j] += x[i] * delta[j];
        back[i] += w[i][j] * delta[j];
      }
    }
    return back;
  }
}
