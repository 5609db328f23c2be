package org.c2fpl.method.detection;

import org.jspecify.annotations.Nullable;

/**
 * How far two detectors agree on which segments are anomalous, each by its own threshold: the
 * counts of the two-by-two table.
 *
 * @param both segments above both thresholds
 * @param onlyFirst above the first detector's threshold alone
 * @param onlySecond above the second's alone
 * @param neither above none
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

  /** The share of segments that both call the same; null where there are none. */
  public @Nullable Double share() {
    return segments() == 0 ? null : (both + neither) / (double) segments();
  }

  /**
   * Jaccard index of the two sets of detected segments: of those that either detects, the share
   * that both do. Unlike {@link #share}, not near 1 merely because detections are rare. Null where
   * neither detects any.
   */
  public @Nullable Double jaccard() {
    long either = both + onlyFirst + onlySecond;
    return either == 0 ? null : both / (double) either;
  }
}
