package org.c2fpl.method;

import java.util.Locale;

/** What of a feature vector f is averaged over a segment's crops. */
public enum NormKind {
  /** ‖f‖₂, as the paper writes it. */
  L2 {
    @Override
    double of(double sumOfSquares) {
      return Math.sqrt(sumOfSquares);
    }
  },
  /** ‖f‖₂², as the paper's published code has it. */
  SQUARED {
    @Override
    double of(double sumOfSquares) {
      return sumOfSquares;
    }
  };

  abstract double of(double sumOfSquares);

  /** The name on the command line. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
