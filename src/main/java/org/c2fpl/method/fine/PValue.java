package org.c2fpl.method.fine;

import org.c2fpl.method.statistics.NullModel;

/** The methods that measure how normal a segment looks. */
public enum PValue {
  /** The Gaussian density of Eq. 5: not a probability; it may exceed 1. */
  DENSITY("density"),
  /** P(χ²_d ≥ squared Mahalanobis distance of z): departures to any side count. */
  TWO_SIDED("two-sided"),
  /** P(N(Γ, Σ) ≥ z) for d = 1: only more than normal counts. */
  ONE_SIDED("one-sided"),
  /** The share of the training segments that are at least as extreme, for any distribution. */
  EMPIRICAL("empirical");

  private final String text;

  PValue(String text) {
    this.text = text;
  }

  /** The name on the command line and in manifests. */
  @Override
  public String toString() {
    return text;
  }

  /** Whether it is in [0, 1]. */
  public boolean isProbability() {
    return this != DENSITY;
  }

  /**
   * The natural log of the p-value for d = 1; finite.
   *
   * @param surprise the negative log of the empirical tail; used by {@link #EMPIRICAL} only
   */
  public double log(NullModel nullModel, double z, double surprise) {
    return switch (this) {
      case DENSITY -> nullModel.logDensity(z);
      case TWO_SIDED -> TailProbability.logChiSquaredUpper(1, square(nullModel.deviate(z)));
      case ONE_SIDED -> TailProbability.logNormalUpper(nullModel.deviate(z));
      case EMPIRICAL -> -surprise;
    };
  }

  /**
   * The natural log of the p-value of a vector; finite.
   *
   * @throws IllegalArgumentException for {@link #ONE_SIDED}: a vector has no upper side
   */
  public double log(NullModel nullModel, double[] z, double surprise) {
    return switch (this) {
      case DENSITY -> nullModel.logDensity(z);
      case TWO_SIDED -> TailProbability.logChiSquaredUpper(z.length, nullModel.squaredDistance(z));
      case ONE_SIDED ->
          throw new IllegalArgumentException("A statistic of several dimensions has no one side.");
      case EMPIRICAL -> -surprise;
    };
  }

  private static double square(double x) {
    return x * x;
  }
}
