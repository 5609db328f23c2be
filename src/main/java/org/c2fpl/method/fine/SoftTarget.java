package org.c2fpl.method.fine;

/**
 * Soft labels of the segments of an anomalous video, from u in (0, 1), the rank of the statistic,
 * smoothed over time, among all training segments.
 */
public final class SoftTarget {
  /** Deviation of the Gaussian over time, in segments. */
  private static final double SIGMA = 1;

  private static final int RADIUS = 4;

  private SoftTarget() {}

  /** u⁴: below 1/16 in the calm half of the footage, above 1/2 in the loudest sixth. */
  public static double ofRank(double rank) {
    double square = rank * rank;
    return square * square;
  }

  /** (w + u⁸) / 2, where w is 1 in the video's window and 0 elsewhere. */
  public static double of(boolean inWindow, double rank) {
    double fourth = ofRank(rank);
    return ((inWindow ? 1 : 0) + fourth * fourth) / 2;
  }

  /**
   * Values smoothed over time by a Gaussian of one segment's deviation, cut at four; beyond the
   * ends the first and the last value repeat.
   *
   * @param values one per segment, from index 0
   * @param length segments of the video
   * @param out receives {@code length} values
   */
  public static void smooth(double[] values, int length, double[] out) {
    double[] kernel = new double[2 * RADIUS + 1];
    double total = 0;
    for (int k = -RADIUS; k <= RADIUS; k++) {
      kernel[k + RADIUS] = StrictMath.exp(-0.5 * k * k / (SIGMA * SIGMA));
      total += kernel[k + RADIUS];
    }
    for (int j = 0; j < length; j++) {
      double sum = 0;
      for (int k = -RADIUS; k <= RADIUS; k++) {
        sum += kernel[k + RADIUS] / total * values[Math.max(0, Math.min(length - 1, j + k))];
      }
      out[j] = sum;
    }
  }
}
