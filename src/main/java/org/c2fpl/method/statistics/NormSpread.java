package org.c2fpl.method.statistics;

/**
 * The spread of the norms of segments, and whether it is enough to label by them.
 *
 * <p>A component of a vector of length 1 is off by at most 2⁻²⁴ of itself where it is stored in
 * float32, and by 2⁻¹¹ in float16. Independent errors of d comparable components leave a length
 * that is off by at most 2⁻¹¹ / √d: 6·10⁻⁵ for d = 64, 1·10⁻⁵ for d = 2,048, and 8,192 times less
 * in float32. So norms whose deviation is below {@link #ROUNDING} of their mean are those of
 * vectors scaled to one length.
 *
 * @param mean of the norms
 * @param deviation their sample deviation
 */
public record NormSpread(double mean, double deviation) {
  /** Relative spreads below this are rounding. */
  public static final double ROUNDING = 1e-4;

  /** Relative spreads below this are doubtful. */
  public static final double SMALL = 1e-3;

  /** Deviation over mean; 0 if all norms are 0. */
  public double relative() {
    return deviation == 0 ? 0 : deviation / Math.abs(mean);
  }

  /** Whether the norms are useless for labels. */
  public boolean isRounding() {
    return relative() < ROUNDING;
  }

  /** Whether the norms are hardly useful for labels. */
  public boolean isSmall() {
    return !isRounding() && relative() < SMALL;
  }
}
