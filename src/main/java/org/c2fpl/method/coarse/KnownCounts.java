package org.c2fpl.method.coarse;

import java.io.Serializable;

/**
 * How many videos of a set are known to be normal or anomalous; the others' labels are unknown.
 *
 * @param normal ≥ 0
 * @param anomalous ≥ 0
 */
public record KnownCounts(long normal, long anomalous) implements Serializable {
  public static final KnownCounts NONE = new KnownCounts(0, 0);

  /**
   * What the assumed share of anomalous videos weighs against known labels, in videos: with twenty
   * of them known, assumption and labels count alike.
   */
  static final int ASSUMED_VIDEOS = 20;

  public long total() {
    return normal + anomalous;
  }

  /**
   * The share of anomalous videos among all, estimated from an assumed share and the known labels:
   * (anomalous + w · assumed) / (known + w), w = {@value #ASSUMED_VIDEOS}: the mean of the Beta
   * distribution that an assumption worth w videos becomes. Exactly the assumption where nothing is
   * known.
   */
  public double share(double assumed) {
    return total() == 0
        ? assumed
        : (anomalous + ASSUMED_VIDEOS * assumed) / (total() + (double) ASSUMED_VIDEOS);
  }

  /**
   * The same for a ratio of anomalous to normal videos, as η is one; infinite where no normal video
   * is left.
   */
  public double ratio(double assumed) {
    if (total() == 0) {
      return assumed;
    }
    double share = share(assumed / (1 + assumed));
    return share / (1 - share);
  }

  /**
   * Which of two sets of videos the known labels call more anomalous: positive for this one, 0 for
   * neither. The shares (anomalous + r) / (known + 1) are compared, r the share of both together,
   * so that a set of which nothing is known has the common share, and one known video is no proof.
   * Exact for fewer than a million known videos.
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
