package org.c2fpl.method.detection;

import org.jspecify.annotations.Nullable;

/**
 * The agreement of two detectors on anomalous segments, each with its own threshold, as the counts
 * of a two-by-two table.
 *
 * @param both segments above both thresholds
 * @param onlyFirst segments above only the first detector's threshold
 * @param onlySecond segments above only the second's
 * @param neither segments above neither
 */
public record DetectorAgreement(long both, long onlyFirst, long onlySecond, long neither) {

  /**
   * @throws IllegalArgumentException for a negative count
   */
  public DetectorAgreement {
    if (both < 0 || onlyFirst < 0 || onlySecond < 0 || neither < 0) {
      throw new IllegalArgumentException(
          "counts must not be negative: "
              + both
              + ", "
              + onlyFirst
              + ", "
              + onlySecond
              + ", "
              + neither);
    }
  }

  /** All segments. */
  public long segments() {
    return both + onlyFirst + onlySecond + neither;
  }

  /** The share of segments that both call the same; null if there are none. */
  public @Nullable Double share() {
    return segments() == 0 ? null : (both + neither) / (double) segments();
  }

  /**
   * Jaccard index of the two sets of detected segments: the share of the segments detected by
   * either that both detect. Unlike {@link #share}, it is not near 1 just because detections are
   * rare. Null if neither detects any.
   */
  public @Nullable Double jaccard() {
    long either = both + onlyFirst + onlySecond;
    return either == 0 ? null : both / (double) either;
  }
}
