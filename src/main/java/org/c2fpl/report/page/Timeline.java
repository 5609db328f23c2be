package org.c2fpl.report.page;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;

/**
 * The scores of a video in the page: thinned, with 16 bits per number.
 *
 * @param width segments per bucket
 * @param high base64 of little-endian uint16, round(65535 × the largest score of the bucket)
 * @param low the smallest; null if {@code width} is 1
 */
public record Timeline(int width, String high, String low) {
  /** The most bytes of base64 for the timelines of all videos. */
  static final int BUDGET = 5_000_000;

  static final int LEAST_BUCKETS = 50;
  static final int MOST_BUCKETS = 600;
  private static final double BYTES_A_NUMBER = 2.67;
  private static final int SCALE = 65535;

  /** The most buckets per video for which all videos fit into the page. */
  public static int buckets(long videos) {
    double affordable = BUDGET / (Math.max(1, videos) * 2 * BYTES_A_NUMBER);
    return (int) Math.max(LEAST_BUCKETS, Math.min(MOST_BUCKETS, affordable));
  }

  /**
   * Thins and encodes.
   *
   * @param scores in [0, 1], one per segment
   */
  public static Timeline of(double[] scores, int buckets) {
    int width = Thinning.width(scores.length, buckets);
    return new Timeline(
        width,
        encoded(Thinning.largest(scores, width)),
        width == 1 ? null : encoded(Thinning.smallest(scores, width)));
  }

  /** The numbers in {@link #high} or {@link #low}. */
  static double[] decoded(String base64) {
    ByteBuffer bytes =
        ByteBuffer.wrap(Base64.getDecoder().decode(base64)).order(ByteOrder.LITTLE_ENDIAN);
    double[] values = new double[bytes.remaining() / Short.BYTES];
    for (int i = 0; i < values.length; i++) {
      values[i] = Short.toUnsignedInt(bytes.getShort()) / (double) SCALE;
    }
    return values;
  }

  private static String encoded(double[] values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(Short.BYTES * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (double value : values) {
      bytes.putShort((short) Math.round(SCALE * Math.max(0, Math.min(1, value))));
    }
    return Base64.getEncoder().encodeToString(bytes.array());
  }
}
