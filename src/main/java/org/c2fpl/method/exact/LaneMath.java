package org.c2fpl.method.exact;

/**
 * Sums and exponentials of parts of arrays, written so that the compiler processes several numbers
 * at a time. The order of every sum is fixed, and only additions and multiplications occur, so
 * results are the same bits on every machine.
 */
public final class LaneMath {
  private static final int LANES = 8;

  /**
   * Below this, e^x is replaced by e^−87, about 1.6e−38: negligible relative to the largest, which
   * is 1.
   */
  private static final double LEAST = -87;

  private static final int SQUARINGS = 8;
  private static final double SCALE = 1.0 / (1 << SQUARINGS);

  private LaneMath() {}

  /**
   * Replaces every {@code x ≤ 0} by {@code e^x}, with a relative error below 1e−10; {@code x < −87}
   * counts as −87, NaN stays NaN.
   *
   * <p>{@code e^x = (e^{x/256})^256}: Taylor's polynomial for |x/256| ≤ 0.34, then eight squarings;
   * all lanes do the same, so there is no table and no branch.
   */
  public static void exp(double[] values, int from, int to) {
    for (int i = from; i < to; i++) {
      values[i] = Math.max(values[i], LEAST) * SCALE;
    }
    for (int i = from; i < to; i++) {
      double y = values[i];
      double e = 1.0 / 3628800;
      e = e * y + 1.0 / 362880;
      e = e * y + 1.0 / 40320;
      e = e * y + 1.0 / 5040;
      e = e * y + 1.0 / 720;
      e = e * y + 1.0 / 120;
      e = e * y + 1.0 / 24;
      e = e * y + 1.0 / 6;
      e = e * y + 0.5;
      e = e * y + 1;
      e = e * y + 1;
      e *= e;
      e *= e;
      e *= e;
      e *= e;
      e *= e;
      e *= e;
      e *= e;
      e *= e;
      values[i] = e;
    }
  }

  /** {@code Σ values[i]} for {@code from ≤ i < to}. */
  public static double sum(double[] values, int from, int to) {
    double s0 = 0;
    double s1 = 0;
    double s2 = 0;
    double s3 = 0;
    double s4 = 0;
    double s5 = 0;
    double s6 = 0;
    double s7 = 0;
    int i = from;
    for (; i <= to - LANES; i += LANES) {
      s0 += values[i];
      s1 += values[i + 1];
      s2 += values[i + 2];
      s3 += values[i + 3];
      s4 += values[i + 4];
      s5 += values[i + 5];
      s6 += values[i + 6];
      s7 += values[i + 7];
    }
    for (; i < to; i++) {
      s0 += values[i];
    }
    return ((s0 + s1) + (s2 + s3)) + ((s4 + s5) + (s6 + s7));
  }

  /** {@code Σ a[aFrom + i] b[bFrom + i]} for {@code 0 ≤ i < length}. */
  public static double dot(double[] a, int aFrom, double[] b, int bFrom, int length) {
    double s0 = 0;
    double s1 = 0;
    double s2 = 0;
    double s3 = 0;
    double s4 = 0;
    double s5 = 0;
    double s6 = 0;
    double s7 = 0;
    int i = 0;
    for (; i <= length - LANES; i += LANES) {
      s0 += a[aFrom + i] * b[bFrom + i];
      s1 += a[aFrom + i + 1] * b[bFrom + i + 1];
      s2 += a[aFrom + i + 2] * b[bFrom + i + 2];
      s3 += a[aFrom + i + 3] * b[bFrom + i + 3];
      s4 += a[aFrom + i + 4] * b[bFrom + i + 4];
      s5 += a[aFrom + i + 5] * b[bFrom + i + 5];
      s6 += a[aFrom + i + 6] * b[bFrom + i + 6];
      s7 += a[aFrom + i + 7] * b[bFrom + i + 7];
    }
    for (; i < length; i++) {
      s0 += a[aFrom + i] * b[bFrom + i];
    }
    return ((s0 + s1) + (s2 + s3)) + ((s4 + s5) + (s6 + s7));
  }
}
