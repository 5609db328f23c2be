package org.c2fpl.method.evaluation;

import java.io.Serializable;
import java.math.BigInteger;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The contribution of consecutive score groups, in descending order of score, to the ranking
 * metrics of all videos, of the anomalous videos, and of each class.
 *
 * <p>The AUC of a class needs no copy of the normal frames: a group with p anomalous frames of
 * class c adds p (2 N' + n) to 2U against the frames of a kind of videos, where N' are that kind's
 * normal frames below the group and n those in it. The kinds are the class's own videos and the
 * normal ones. All counts are integers, so neither division nor order of merging changes a bit.
 *
 * <p>Memory: two {@link RankingPartial}s, and under 1 KB per class.
 */
public final class SlicedRanking implements Serializable {
  private static final long serialVersionUID = 1L;

  /** 2U of the anomalous frames of a class, against two kinds of normal frames. */
  private record Wins(BigInteger own, BigInteger normal) implements Serializable {
    static final Wins NONE = new Wins(BigInteger.ZERO, BigInteger.ZERO);

    Wins plus(Wins other) {
      return new Wins(own.add(other.own), normal.add(other.normal));
    }
  }

  private final HashMap<VideoKind, RankingTotals> all;
  private final HashMap<VideoKind, RankingTotals> seen;
  private final RankingPartial frames;
  private final RankingPartial anomalousVideos;
  private final HashMap<VideoKind, Wins> wins = new HashMap<>();

  /**
   * @param above the totals, by kind of video, of all groups with higher scores than the first that
   *     will be added
   * @param all the totals of all groups
   */
  public SlicedRanking(Map<VideoKind, RankingTotals> above, Map<VideoKind, RankingTotals> all) {
    this.all = new HashMap<>(all);
    this.seen = new HashMap<>(above);
    this.frames = new RankingPartial(sum(above, true), sum(all, true));
    this.anomalousVideos = new RankingPartial(sum(above, false), sum(all, false));
  }

  /**
   * Adds the next group: all frames of one score.
   *
   * @throws IllegalArgumentException for a score that is NaN or not below the one before
   */
  public void add(double score, Map<VideoKind, RankingTotals> group) {
    RankingTotals ofAll = sum(group, true);
    RankingTotals ofAnomalous = sum(group, false);
    frames.add(new ScoreGroup(score, ofAll.positives(), ofAll.negatives()));
    anomalousVideos.add(new ScoreGroup(score, ofAnomalous.positives(), ofAnomalous.negatives()));
    group.forEach(
        (kind, totals) -> {
          if (kind.videoClass() != null && totals.positives() > 0) {
            Wins more =
                new Wins(
                    wins(totals.positives(), kind, group),
                    wins(totals.positives(), VideoKind.NORMAL, group));
            wins.merge(kind, more, Wins::plus);
          }
        });
    group.forEach((kind, totals) -> seen.merge(kind, totals, RankingTotals::plus));
  }

  /** p (2 N' + n) against the normal frames of a kind of videos. */
  private BigInteger wins(long positives, VideoKind against, Map<VideoKind, RankingTotals> group) {
    long inGroup = totals(group, against).negatives();
    long below = totals(all, against).negatives() - totals(seen, against).negatives() - inGroup;
    return BigInteger.valueOf(positives)
        .multiply(BigInteger.valueOf(below).shiftLeft(1).add(BigInteger.valueOf(inGroup)));
  }

  /** Adds the contribution of other groups of the same whole. */
  public void merge(SlicedRanking other) {
    frames.merge(other.frames);
    anomalousVideos.merge(other.anomalousVideos);
    other.wins.forEach((kind, more) -> wins.merge(kind, more, Wins::plus));
  }

  /** The metrics, after the partials of all groups were merged into this one. */
  public SlicedMetrics metrics() {
    TreeMap<String, ClassMetrics> classes = new TreeMap<>();
    all.forEach(
        (kind, totals) -> {
          if (kind.videoClass() != null) {
            classes.put(kind.videoClass(), metrics(kind, totals));
          }
        });
    return new SlicedMetrics(frames.metrics(), anomalousVideos.metrics(), classes);
  }

  private ClassMetrics metrics(VideoKind kind, RankingTotals totals) {
    Wins found = wins.getOrDefault(kind, Wins.NONE);
    long normal = totals(all, VideoKind.NORMAL).negatives();
    return new ClassMetrics(
        totals,
        auc(
            found.own().add(found.normal()),
            totals.positives(),
            Math.addExact(totals.negatives(), normal)),
        auc(found.own(), totals.positives(), totals.negatives()));
  }

  private static @Nullable Double auc(BigInteger doubleU, long positives, long negatives) {
    return positives == 0 || negatives == 0
        ? null
        : RankingMetrics.areaUnderRoc(doubleU, positives, negatives);
  }

  private static RankingTotals totals(Map<VideoKind, RankingTotals> totals, VideoKind kind) {
    return totals.getOrDefault(kind, RankingTotals.NONE);
  }

  private static RankingTotals sum(Map<VideoKind, RankingTotals> totals, boolean normalVideosToo) {
    RankingTotals sum = RankingTotals.NONE;
    for (Map.Entry<VideoKind, RankingTotals> entry : totals.entrySet()) {
      if (normalVideosToo || entry.getKey().anomalous()) {
        sum = sum.plus(entry.getValue());
      }
    }
    return sum;
  }
}
