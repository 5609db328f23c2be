package org.c2fpl.method.statistics;

/** The number that represents a segment. */
public enum Statistic {
  /** The mean over crops of the l2 norm, as in the paper. */
  NORM("norm"),
  /** The Mahalanobis distance under a robust Gaussian of the training features. */
  MAHALANOBIS("mahalanobis"),
  /** The negative log density under a Gaussian mixture of the training features. */
  MIXTURE("mixture");

  private final String text;

  Statistic(String text) {
    this.text = text;
  }

  /** The name on the command line and in manifests. */
  @Override
  public String toString() {
    return text;
  }
}
