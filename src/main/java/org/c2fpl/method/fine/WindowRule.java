package org.c2fpl.method.fine;

/** The rules that choose the anomalous window of an anomalous video. */
public enum WindowRule {
  /** The paper's: ⌈βm⌉ segments, the lowest mean p-value. */
  LOWEST_P("lowest-p"),
  /** ⌈βm⌉ segments, the greatest mean of −log p. */
  MOST_SURPRISING("most-surprising"),
  /** The published code's: ⌊βm⌋ segments, the greatest change of the p-values inside. */
  GREATEST_CHANGE("greatest-change");

  private final String text;

  WindowRule(String text) {
    this.text = text;
  }

  /** The name on the command line and in manifests. */
  @Override
  public String toString() {
    return text;
  }

  /** The number of segments in the window of a video of m segments; 0 labels nothing. */
  public int width(int segments, double beta) {
    return this == GREATEST_CHANGE
        ? GreatestChangeWindow.width(segments, beta)
        : LowestDensityWindow.width(segments, beta);
  }

  /**
   * The start of the window.
   *
   * @param logP natural logs of the p-values of a video's segments, finite, from index 0
   * @param length segments of the video, m
   * @param width segments of the window, 1 … m
   */
  public int start(double[] logP, int length, int width) {
    return switch (this) {
      case LOWEST_P -> LowestDensityWindow.start(logP, 0, length, width);
      case MOST_SURPRISING ->
          GreatestMeanWindow.start(mapped(logP, length, false), 0, length, width);
      case GREATEST_CHANGE ->
          GreatestChangeWindow.start(mapped(logP, length, true), 0, length, width);
    };
  }

  /** p-values, or −log p. */
  private static double[] mapped(double[] logP, int length, boolean exponential) {
    double[] values = new double[length];
    for (int j = 0; j < length; j++) {
      values[j] = exponential ? Math.exp(logP[j]) : -logP[j];
    }
    return values;
  }
}
