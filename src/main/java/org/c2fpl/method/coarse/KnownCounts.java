package org.c2fpl.method.coarse;

import java.io.Serializable;

/**
 * The numbers of videos of a set that are known to be normal or anomalous; the other labels are
 * unknown.
 *
 * @param normal ≥ 0
 * @param anomalous ≥ 0
 */
public record KnownCounts(long normal, long anomalous) implements Serializable {
  public static final KnownCounts NONE = new KnownCounts(0, 0);

  /**
   * The weight of the assumed share of anomalous videos against known labels, in videos: with
   * twenty known labels, assumption and labels have equal weight.
   */
  static final int ASSUMED_VIDEOS = 20;

  public long total() {
    return normal + anomalous;
  }

  /**
   * The share of anomalous videos among all, estimated from an assumed share and the known labels:
   * (anomalous + w · assumed) / (known + w), w = {@value #ASSUMED_VIDEOS}: the mean of the
   * posterior Beta distribution, with an assumption worth w videos. Exactly the assumption if no
   * label is known.
   */
  public double share(double assumed) {
    return total() == 0
        ? assumed
        : (anomalous + ASSUMED_VIDEOS * assumed) / (total() + (double) ASSUMED_VIDEOS);
  }

  /**
   * The estimate for a ratio of anomalous to normal videos, like η; infinite if no normal video is
   * left.
   */
  public double ratio(double assumed) {
    if (total() == 0) {
      return assumed;
    }
    double share = share(assumed / (1 + assumed));
    return share / (1 - share);
  }

  /**
   * Compares how anomalous two sets of videos are by known labels: positive if this one is more
   * anomalous, 0 for neither. The shares (anomalous + r) / (known + 1) are compared, r the share of
   * both together, so that a set without known labels has the common share, and one known video
   * decides little. Exact for fewer than a million known videos.
   */
  public int compareShare(KnownCounts other) {
    long known = total() + other.total();
    if (known == 0) {
      return 0;
    }
    long all = anomalous + other.anomalous;
    return Long.compare(
        (anomalous * known + all) * (other.total() + 1),
        (other.anomalous * known + all) * (total() + 1));
  }
}
