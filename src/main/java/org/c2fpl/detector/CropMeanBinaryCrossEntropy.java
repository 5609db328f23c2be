package org.c2fpl.detector;

import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationSigmoid;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Eq. 6 on the mean over a segment's crops: with {@code ŷ = (1/C) Σ_c σ(z_c)}, the loss of a
 * segment is {@code −y ln ŷ − (1 − y) ln(1 − ŷ)}, and that of a mini-batch the mean over segments.
 *
 * <p>Rows come in groups of {@code crops} consecutive rows, one group per segment, all with the
 * segment's label. DL4J divides score and gradient by the number of rows; so both are {@code crops}
 * times the sum over segments here.
 *
 * <p>The sigmoids are taken in double from the logits, {@code 1 − ŷ} as the mean of {@code σ(−z)},
 * so nothing is clipped while |z| {@literal <} 708; beyond that ŷ and 1 − ŷ are held at the
 * smallest normal double, which bounds the loss by 708.4.
 */
public final class CropMeanBinaryCrossEntropy implements ILossFunction {
  private static final long serialVersionUID = 1L;

  private final int crops;

  /**
   * @param crops rows of a segment, ≥ 1
   */
  @JsonCreator
  public CropMeanBinaryCrossEntropy(@JsonProperty("crops") int crops) {
    if (crops < 1) {
      throw new IllegalArgumentException("crops must be at least 1, found " + crops);
    }
    this.crops = crops;
  }

  @JsonProperty("crops")
  public int getCrops() {
    return crops;
  }

  @Override
  public double computeScore(
      INDArray labels, INDArray logits, IActivation activation, INDArray mask, boolean average) {
    return score(evaluate(labels, logits, activation, mask), average);
  }

  @Override
  public INDArray computeScoreArray(
      INDArray labels, INDArray logits, IActivation activation, INDArray mask) {
    double[] losses = evaluate(labels, logits, activation, mask).segmentLosses;
    double[] rows = new double[losses.length * crops];
    for (int row = 0; row < rows.length; row++) {
      rows[row] = losses[row / crops];
    }
    return column(rows, logits);
  }

  @Override
  public INDArray computeGradient(
      INDArray labels, INDArray logits, IActivation activation, INDArray mask) {
    return column(evaluate(labels, logits, activation, mask).rowGradients, logits);
  }

  @Override
  public Pair<Double, INDArray> computeGradientAndScore(
      INDArray labels, INDArray logits, IActivation activation, INDArray mask, boolean average) {
    Evaluated evaluated = evaluate(labels, logits, activation, mask);
    return Pair.of(score(evaluated, average), column(evaluated.rowGradients, logits));
  }

  @Override
  public String name() {
    return toString();
  }

  @Override
  public String toString() {
    return "CropMeanBinaryCrossEntropy(crops=" + crops + ")";
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof CropMeanBinaryCrossEntropy that && crops == that.crops;
  }

  @Override
  public int hashCode() {
    return crops;
  }

  private record Evaluated(double[] segmentLosses, double[] rowGradients) {}

  private Evaluated evaluate(
      INDArray labels, INDArray logits, IActivation activation, INDArray mask) {
    if (!(activation instanceof ActivationSigmoid)) {
      throw new IllegalArgumentException("The loss needs a sigmoid output, found " + activation);
    }
    if (mask != null) {
      throw new IllegalArgumentException("The loss supports no masks");
    }
    double[] z = logits.reshape(logits.length()).toDoubleVector();
    double[] y = labels.reshape(labels.length()).toDoubleVector();
    if (z.length % crops != 0 || y.length != z.length) {
      throw new IllegalArgumentException(
          "Needs whole segments of "
              + crops
              + " rows, each with a label, found "
              + z.length
              + " rows and "
              + y.length
              + " labels");
    }
    double[] losses = new double[z.length / crops];
    double[] gradients = new double[z.length];
    for (int segment = 0; segment < losses.length; segment++) {
      int from = segment * crops;
      double positive = 0;
      double negative = 0;
      for (int row = from; row < from + crops; row++) {
        positive += sigmoid(z[row]);
        negative += sigmoid(-z[row]);
      }
      positive = Math.max(positive / crops, Double.MIN_NORMAL);
      negative = Math.max(negative / crops, Double.MIN_NORMAL);
      double label = y[from];
      losses[segment] = -label * Math.log(positive) - (1 - label) * Math.log(negative);
      double slope = (1 - label) / negative - label / positive;
      for (int row = from; row < from + crops; row++) {
        // dŷ/dz = σ'(z)/C; the C cancels against the rows that DL4J divides by.
        gradients[row] = slope * (sigmoid(z[row]) * sigmoid(-z[row]));
      }
    }
    return new Evaluated(losses, gradients);
  }

  private double score(Evaluated evaluated, boolean average) {
    double sum = 0;
    for (double loss : evaluated.segmentLosses) {
      sum += loss;
    }
    return average ? sum / evaluated.segmentLosses.length : sum * crops;
  }

  private static INDArray column(double[] values, INDArray like) {
    return Nd4j.createFromArray(values).reshape(values.length, 1).castTo(like.dataType());
  }

  private static double sigmoid(double z) {
    return 1 / (1 + Math.exp(-z));
  }
}
