package org.c2fpl.method.fine;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Objects;

/**
 * The window of a video with the lowest mean density (Alg. 1, lines 19 and 20).
 *
 * <p>The mean is that of the densities, not of their logs, yet the densities of the lowest window
 * may all underflow. So a density is a fraction times a power of two with a separate exponent, and
 * a window's sum is built only from its own positive terms: a suffix of one block of {@code width}
 * segments and a prefix of the next. Differences of running sums would cancel exactly at the lowest
 * window. Time O(m), memory O(width).
 */
public final class LowestDensityWindow {
  /** Log densities nearer than this, relative to the larger of 1 and their magnitude, are tied. */
  private static final double TIE = 1e-12;

  private static final double LN_2 = StrictMath.log(2);

  /** ln 2 minus its double. */
  private static final double LN_2_REST = 2.3190468138462996e-17;

  /** Beyond this a log has no fraction left. */
  private static final double NO_FRACTION = 0x1p52;

  private LowestDensityWindow() {}

  /**
   * ⌈βm⌉, at least 1 and at most m. β is read as its decimal representation: 0.2 of 15 segments are
   * 3, although the double 0.2 is above one fifth.
   *
   * @param segments m ≥ 1
   * @param beta β in (0, 1]
   */
  public static int width(int segments, double beta) {
    if (segments < 1 || !(beta > 0 && beta <= 1)) {
      throw new IllegalArgumentException(
          "A window needs at least 1 segment and a beta in (0, 1], not "
              + segments
              + " segments and beta "
              + beta
              + ".");
    }
    return Math.max(
        1,
        BigDecimal.valueOf(beta)
            .multiply(BigDecimal.valueOf(segments))
            .setScale(0, RoundingMode.CEILING)
            .intValueExact());
  }

  /**
   * Where the window of least mean density starts; the first of those that tie within 1e-12 of the
   * log (relative to the larger of 1 and its magnitude).
   *
   * @param logDensity log densities of segments in order, natural logs, finite
   * @param from the start of the video in {@code logDensity}
   * @param length segments of the video, m
   * @param width segments of the window, 1 … m
   * @return the first segment of the window, counted from the video's first: 0 … m − width
   * @throws IllegalArgumentException if a log density is NaN or infinite, or the width does not fit
   */
  public static int start(double[] logDensity, int from, int length, int width) {
    Objects.checkFromIndexSize(from, length, logDensity.length);
    if (width < 1 || width > length) {
      throw new IllegalArgumentException(
          "A window of " + width + " segments does not fit a video of " + length + ".");
    }
    int last = length - width;
    double logWidth = StrictMath.log(width);
    double[] suffixSum = new double[width];
    double[] suffixExponent = new double[width];
    ScaledSum sum = new ScaledSum();
    int best = 0;
    double bestLog = 0;
    for (int block = 0; block <= last; block += width) {
      sum.clear();
      for (int j = width - 1; j >= 0; j--) {
        sum.add(logDensity[from + block + j]);
        suffixSum[j] = sum.value();
        suffixExponent[j] = sum.exponent;
      }
      sum.clear();
      int windows = Math.min(width, last - block + 1);
      for (int j = 0; j < windows; j++) {
        if (j > 0) {
          sum.add(logDensity[from + block + width + j - 1]);
        }
        double log = sum.logPlus(suffixSum[j], suffixExponent[j]) - logWidth;
        boolean first = block == 0 && j == 0;
        if (first || log < bestLog - TIE * Math.max(1, Math.abs(bestLog))) {
          best = block + j;
          bestLog = log;
        }
      }
    }
    return best;
  }

  /**
   * A sum of {@code exp(x)} as {@code (high + low) · 2^exponent}: compensated, and rescaled by
   * powers of two only, so a term's error does not grow with the length of the window.
   */
  private static final class ScaledSum {
    private double high;
    private double low;
    private double exponent;

    void clear() {
      high = 0;
      low = 0;
      exponent = 0;
    }

    void add(double log) {
      if (!Double.isFinite(log)) {
        throw new IllegalArgumentException("A log density is finite, not " + log + ".");
      }
      double power = Math.rint(log / LN_2);
      double rest =
          Math.abs(log) < NO_FRACTION ? Math.fma(-power, LN_2, log) - power * LN_2_REST : 0;
      add(StrictMath.exp(rest), power);
    }

    double value() {
      return high + low;
    }

    /** The log of this sum and another, which is positive. */
    double logPlus(double otherSum, double otherExponent) {
      double top = high == 0 ? otherExponent : Math.max(exponent, otherExponent);
      double total = scaled(value(), exponent - top) + scaled(otherSum, otherExponent - top);
      return top * LN_2 + StrictMath.log(total);
    }

    private void add(double term, double termExponent) {
      double addend = term;
      if (high == 0 || termExponent > exponent) {
        high = scaled(high, exponent - termExponent);
        low = scaled(low, exponent - termExponent);
        exponent = termExponent;
      } else {
        addend = scaled(term, termExponent - exponent);
      }
      double total = high + addend;
      double part = total - high;
      low += (high - (total - part)) + (addend - part);
      high = total;
    }

    private static double scaled(double value, double power) {
      return value == 0 || power == 0 ? value : Math.scalb(value, (int) Math.max(power, -2200));
    }
  }
}
