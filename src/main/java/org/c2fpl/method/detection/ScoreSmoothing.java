package org.c2fpl.method.detection;

/**
 * Smooths the scores of a video over time: each becomes the mean of its neighbours' with Gaussian
 * weights {@code exp(−Δ² / 2σ²)}, Δ the difference of the segment indices, cut off beyond 4 σ.
 *
 * <p>Weights are renormalised over the existing segments, so the ends of a video and gaps in it
 * cause no bias, and a smoothed score is between the least and the largest of its neighbours.
 *
 * <p>Sums are formed in the order of the segments, so the result depends on nothing else.
 * Immutable.
 */
public final class ScoreSmoothing {
  /** The largest σ; beyond it the scores of a video would be almost constant. */
  public static final double MAX_SIGMA = 1_000;

  private static final int REACH = 4;

  /** Weights by index difference, up to the cut. */
  private final double[] weights;

  /**
   * @param sigma σ in segments, in (0, {@value #MAX_SIGMA}]
   */
  public ScoreSmoothing(double sigma) {
    if (!(sigma > 0 && sigma <= MAX_SIGMA)) {
      throw new IllegalArgumentException("sigma must be in (0, " + MAX_SIGMA + "], found " + sigma);
    }
    weights = new double[(int) Math.floor(REACH * sigma) + 1];
    for (int distance = 0; distance < weights.length; distance++) {
      double inSigmas = distance / sigma;
      weights[distance] = StrictMath.exp(-inSigmas * inSigmas / 2);
    }
  }

  /**
   * The smoothed scores of one video.
   *
   * @param indices segment indices, strictly ascending
   * @param scores as many
   */
  public double[] smooth(int[] indices, double[] scores) {
    double[] smoothed = new double[scores.length];
    int first = 0;
    for (int at = 0; at < scores.length; at++) {
      while (indices[at] - indices[first] >= weights.length) {
        first++;
      }
      double sum = 0;
      double weight = 0;
      double least = scores[at];
      double largest = scores[at];
      for (int near = first;
          near < scores.length && indices[near] - indices[at] < weights.length;
          near++) {
        double w = weights[Math.abs(indices[near] - indices[at])];
        sum += w * scores[near];
        weight += w;
        least = Math.min(least, scores[near]);
        largest = Math.max(largest, scores[near]);
      }
      // Rounding must not move a mean outside the range of its values.
      smoothed[at] = Math.min(largest, Math.max(least, sum / weight));
    }
    return smoothed;
  }
}
