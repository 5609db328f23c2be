package org.c2fpl.method.statistics;

/** The function of a feature vector f that is averaged over a segment's crops. */
public enum NormKind {
  /** ‖f‖₂, as in the paper. */
  L2("l2") {
    @Override
    double of(double sumOfSquares) {
      return Math.sqrt(sumOfSquares);
    }
  },
  /** ‖f‖₂², as in the paper's published code. */
  SQUARED("squared") {
    @Override
    double of(double sumOfSquares) {
      return sumOfSquares;
    }
  };

  private final String text;

  NormKind(String text) {
    this.text = text;
  }

  abstract double of(double sumOfSquares);

  /** The name on the command line and in manifests. */
  @Override
  public String toString() {
    return text;
  }
}
