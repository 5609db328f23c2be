package org.c2fpl.method.fine;

/**
 * Soft labels of segments: u⁴, where u in (0, 1) is the rank of the statistic, smoothed over time,
 * among all training segments. Without video labels it is u⁴ v², v in (0, 1) the rank of the
 * video's most surprising window among all videos'.
 *
 * <p>The fourth power leaves the calm half of the footage below 1/16 and the loudest sixth above
 * 1/2.
 */
public final class SoftTarget {
  /** Deviation of the Gaussian over time, in segments. */
  private static final double SIGMA = 1;

  private static final int RADIUS = 4;

  private SoftTarget() {}

  /** u⁴. */
  public static double of(double rank) {
    return rank * rank * rank * rank;
  }

  /** u⁴ v². */
  public static double of(double rank, double videoRank) {
    return of(rank) * videoRank * videoRank;
  }

  /**
   * Values smoothed over time by a Gaussian of one segment's deviation, cut at four; beyond the
   * ends the first and the last value repeat.
   *
   * @param values one a segment, from index 0
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
