package org.c2fpl.method.evaluation;

import org.jspecify.annotations.Nullable;

/**
 * Labels of two classes against the truth, as counts. A rate whose denominator is zero is null.
 *
 * @param truePositives anomalous and labelled anomalous
 * @param falsePositives normal but labelled anomalous
 * @param falseNegatives anomalous but labelled normal
 * @param trueNegatives normal and labelled normal
 */
public record Confusion(
    long truePositives, long falsePositives, long falseNegatives, long trueNegatives) {

  public long total() {
    return Math.addExact(
        Math.addExact(truePositives, falsePositives), Math.addExact(falseNegatives, trueNegatives));
  }

  /** The share of right labels. */
  public @Nullable Double accuracy() {
    return share(truePositives + trueNegatives, total());
  }

  /** The share of those labelled anomalous that are anomalous. */
  public @Nullable Double precision() {
    return share(truePositives, truePositives + falsePositives);
  }

  /** The share of the anomalous that are labelled anomalous. */
  public @Nullable Double recall() {
    return share(truePositives, truePositives + falseNegatives);
  }

  /** The harmonic mean of precision and recall, 2TP / (2TP + FP + FN). */
  public @Nullable Double f1() {
    return share(2 * truePositives, 2 * truePositives + falsePositives + falseNegatives);
  }

  /** The share labelled anomalous. */
  public @Nullable Double labelledShare() {
    return share(truePositives + falsePositives, total());
  }

  /** The share that is anomalous. */
  public @Nullable Double trueShare() {
    return share(truePositives + falseNegatives, total());
  }

  private static @Nullable Double share(long part, long whole) {
    return whole == 0 ? null : (double) part / whole;
  }
}
