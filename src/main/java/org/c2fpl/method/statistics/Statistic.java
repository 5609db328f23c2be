package org.c2fpl.method.statistics;

import java.util.Locale;

/** The number that represents a segment. */
public enum Statistic {
  /** The mean over crops of the l2 norm, as in the paper. */
  NORM,
  /** The Mahalanobis distance under a robust Gaussian of the training features. */
  MAHALANOBIS,
  /** The negative log density under a Gaussian mixture of the training features. */
  MIXTURE;

  /** The name on the command line. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
