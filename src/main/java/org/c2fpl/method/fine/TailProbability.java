package org.c2fpl.method.fine;

/**
 * Logs of tail probabilities, to full relative precision even far out in the tail.
 *
 * <p>The complementary error function is {@code 1 − erf} by erf's series of positive terms (DLMF
 * 7.6.2) below 2, and its continued fraction (DLMF 7.9.1) by Lentz's method from there on. The tail
 * of χ² with d degrees of freedom follows from it by the recurrence of the incomplete gamma
 * function (DLMF 8.8.2), which adds positive terms only.
 */
public final class TailProbability {
  private static final double CONTINUED_FRACTION_FROM = 2;
  private static final double LOG_TWO = StrictMath.log(2);
  private static final double HALF_LOG_PI = 0.5 * StrictMath.log(Math.PI);

  private TailProbability() {}

  /** ln P(N(0, 1) ≥ t). */
  public static double logNormalUpper(double t) {
    double x = t / Math.sqrt(2);
    return x >= 0 ? logErfc(x) - LOG_TWO : StrictMath.log1p(-0.5 * StrictMath.exp(logErfc(-x)));
  }

  /**
   * ln P(χ² ≥ x) with {@code degrees} degrees of freedom.
   *
   * @param degrees at least 1
   * @param x at least 0
   */
  public static double logChiSquaredUpper(int degrees, double x) {
    if (degrees < 1 || !(x >= 0)) {
      throw new IllegalArgumentException(
          "A tail of chi-squared needs at least 1 degree of freedom and a number of at least 0, not"
              + " "
              + degrees
              + " and "
              + x
              + ".");
    }
    double half = x / 2;
    boolean even = degrees % 2 == 0;
    double log = even ? -half : logErfc(Math.sqrt(half));
    if (half == 0) {
      return 0;
    }
    // Q(a + 1, y) = Q(a, y) + y^a e^-y / Γ(a + 1), from a = 1 or a = 1/2.
    double a = even ? 1 : 0.5;
    double logTerm =
        even
            ? StrictMath.log(half) - half
            : 0.5 * StrictMath.log(half) - half - HALF_LOG_PI + LOG_TWO;
    for (; a < degrees / 2.0; a++) {
      double top = Math.max(log, logTerm);
      log = top + StrictMath.log(StrictMath.exp(log - top) + StrictMath.exp(logTerm - top));
      logTerm += StrictMath.log(half) - StrictMath.log(a + 1);
    }
    return Math.min(0, log);
  }

  /** ln erfc(x), x ≥ 0. */
  static double logErfc(double x) {
    return x < CONTINUED_FRACTION_FROM
        ? StrictMath.log1p(-erfBySeries(x))
        : -x * x - HALF_LOG_PI - StrictMath.log(continuedFraction(x));
  }

  /** 2/√π e^(−x²) Σ 2ⁿ x^(2n+1) / (1 · 3 ⋯ (2n+1)). */
  private static double erfBySeries(double x) {
    double term = x;
    double sum = 0;
    for (int n = 1; sum + term != sum; n++) {
      sum += term;
      term *= 2 * x * x / (2 * n + 1);
    }
    return 2 / Math.sqrt(Math.PI) * StrictMath.exp(-x * x) * sum;
  }

  /** x + (1/2)/(x + 1/(x + (3/2)/(x + …))). */
  private static double continuedFraction(double x) {
    double value = x;
    double c = x;
    double d = 0;
    double step;
    int n = 1;
    do {
      double numerator = 0.5 * n;
      d = 1 / (x + numerator * d);
      c = x + numerator / c;
      step = c * d;
      value *= step;
      n++;
    } while (Math.abs(step - 1) > 2e-16 && n < 1000);
    return value;
  }
}
