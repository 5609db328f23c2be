package org.c2fpl.method.fine;

import java.util.Objects;

/**
 * The window of a video with the greatest mean of a value per segment.
 *
 * <p>Window sums are differences of running sums kept in two doubles each (a sum and its rounding
 * error), so they are as accurate as direct sums unless the running sum is some 10<sup>16</sup>
 * times larger. Time O(m), memory 16 bytes per segment.
 */
public final class GreatestMeanWindow {
  /** Means nearer than this, relative to the larger of 1 and their magnitude, are tied. */
  private static final double TIE = 1e-12;

  /**
   * A window.
   *
   * @param start its first segment, counted from the video's first
   * @param mean the mean over its segments
   */
  public record Window(int start, double mean) {}

  private GreatestMeanWindow() {}

  /** Where the window of {@link #find} starts. */
  public static int start(double[] values, int from, int length, int width) {
    return find(values, from, length, width).start();
  }

  /** The mean of the window of {@link #find}. */
  public static double mean(double[] values, int from, int length, int width) {
    return find(values, from, length, width).mean();
  }

  /**
   * The window of greatest mean; the first of those that tie within 1e-12 (relative to the larger
   * of 1 and the mean's magnitude).
   *
   * @param values one per segment, finite
   * @param from the start of the video in {@code values}
   * @param length segments of the video, m
   * @param width segments of the window, 1 … m
   * @throws IllegalArgumentException if a value is NaN or infinite, or the width does not fit
   */
  public static Window find(double[] values, int from, int length, int width) {
    Objects.checkFromIndexSize(from, length, values.length);
    if (width < 1 || width > length) {
      throw new IllegalArgumentException(
          "A window of " + width + " segments does not fit a video of " + length + ".");
    }
    double[] high = new double[length + 1];
    double[] low = new double[length + 1];
    int best = 0;
    double bestMean = Double.NEGATIVE_INFINITY;
    for (int j = 0; j < length; j++) {
      double value = values[from + j];
      if (!Double.isFinite(value)) {
        throw new IllegalArgumentException("A segment's value is finite, not " + value + ".");
      }
      double sum = high[j] + value;
      double part = sum - high[j];
      high[j + 1] = sum;
      low[j + 1] = low[j] + ((high[j] - (sum - part)) + (value - part));
      int start = j + 1 - width;
      if (start >= 0) {
        double mean = ((sum - high[start]) + (low[j + 1] - low[start])) / width;
        if (start == 0 || mean > bestMean + TIE * Math.max(1, Math.abs(bestMean))) {
          best = start;
          bestMean = mean;
        }
      }
    }
    return new Window(best, bestMean);
  }
}
