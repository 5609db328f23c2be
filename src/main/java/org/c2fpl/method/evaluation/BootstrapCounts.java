package org.c2fpl.method.evaluation;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Frames by bin of score in every replicate of a bootstrap over videos.
 *
 * <p>A replicate weighs all frames of a video by its Poisson weight ({@link PoissonWeights}). The
 * bins are between the points of the ROC curve, at most 2,000 points that cut the frames into equal
 * shares; if the curve was not thinned, each distinct score has its own bin and the replicates are
 * exact. In a bin of several scores an AUC counts pairs of p anomalous and n normal frames half, so
 * it is off by at most Σ pn / 2PN; an AP is off by at most the change in precision that the order
 * inside the bins can cause. Both bounds are computed, and the largest over all replicates is
 * reported.
 *
 * <p>Counts are integers: neither order nor partitioning changes a bit. Memory: bins × replicates ×
 * 24 bytes, 9.6 MB for 2,000 bins and 200 replicates, for any footage. Not safe for use by several
 * threads at once.
 */
public final class BootstrapCounts implements Serializable {
  private static final long serialVersionUID = 1L;

  private final long seed;
  private final int replicates;
  // Ascending, so that they can be searched.
  private final double[] negatedEdges;
  private final double[] lowest;
  private final double[] highest;

  // By bin, then by replicate, so that a segment's additions are adjacent in memory.
  private final long[] positives;
  private final long[] negatives;
  private final long[] negativesOfAnomalousVideos;

  private transient @Nullable String weighed;
  private transient int @Nullable [] weights;

  /**
   * @param curve all points of {@link RankingMetrics#curve()} of the same frames, or other points
   *     in descending order of score
   * @param replicates at least 1
   */
  public BootstrapCounts(List<CurvePoint> curve, int replicates, long seed) {
    this.seed = seed;
    this.replicates = replicates;
    this.negatedEdges = curve.stream().mapToDouble(point -> negated(point.score())).toArray();
    int bins = negatedEdges.length;
    this.lowest = new double[bins];
    this.highest = new double[bins];
    Arrays.fill(lowest, Double.POSITIVE_INFINITY);
    Arrays.fill(highest, Double.NEGATIVE_INFINITY);
    int cells = Math.multiplyExact(bins, replicates);
    this.positives = new long[cells];
    this.negatives = new long[cells];
    this.negativesOfAnomalousVideos = new long[cells];
  }

  /**
   * Adds a segment.
   *
   * @param anomalousVideo whether any frame of its video is anomalous
   * @throws IllegalArgumentException for a score below the last point of the curve
   */
  public void add(String videoId, boolean anomalousVideo, double score, SegmentFrames frames) {
    if (frames.positives() == 0 && frames.negatives() == 0) {
      return;
    }
    int bin = bin(score);
    lowest[bin] = Math.min(lowest[bin], score);
    highest[bin] = Math.max(highest[bin], score);
    int[] weightsOfVideo = weights(videoId);
    add(positives, bin, weightsOfVideo, frames.positives());
    add(negatives, bin, weightsOfVideo, frames.negatives());
    if (anomalousVideo) {
      add(negativesOfAnomalousVideos, bin, weightsOfVideo, frames.negatives());
    }
  }

  private void add(long[] counts, int bin, int[] weightsOfVideo, long frames) {
    if (frames > 0) {
      int from = bin * replicates;
      for (int r = 0; r < replicates; r++) {
        counts[from + r] += weightsOfVideo[r] * frames;
      }
    }
  }

  /** The weights of a video in every replicate; those of the last video are kept. */
  private int[] weights(String videoId) {
    if (weights == null || !videoId.equals(weighed)) {
      weights = new int[replicates];
      Arrays.setAll(weights, r -> PoissonWeights.weight(seed, r, videoId));
      weighed = videoId;
    }
    return weights;
  }

  /** Never −0.0, which would be below 0.0. */
  private static double negated(double score) {
    return 0.0 - score;
  }

  /** The first point of the curve whose score is not above this one. */
  private int bin(double score) {
    int found = Arrays.binarySearch(negatedEdges, negated(score));
    int bin = found >= 0 ? found : -found - 1;
    if (bin == negatedEdges.length) {
      throw new IllegalArgumentException("score " + score + " is below the curve");
    }
    return bin;
  }

  /** Adds the counts of others. */
  public void merge(BootstrapCounts other) {
    if (other.replicates != replicates || !Arrays.equals(other.negatedEdges, negatedEdges)) {
      throw new IllegalArgumentException("counts of other bins or replicates");
    }
    for (int bin = 0; bin < lowest.length; bin++) {
      lowest[bin] = Math.min(lowest[bin], other.lowest[bin]);
      highest[bin] = Math.max(highest[bin], other.highest[bin]);
    }
    merge(positives, other.positives);
    merge(negatives, other.negatives);
    merge(negativesOfAnomalousVideos, other.negativesOfAnomalousVideos);
  }

  private static void merge(long[] counts, long[] more) {
    for (int i = 0; i < counts.length; i++) {
      counts[i] = Math.addExact(counts[i], more[i]);
    }
  }

  /** The intervals over all replicates. */
  public BootstrapSummary summary() {
    Replicates auc = new Replicates();
    Replicates ap = new Replicates();
    Replicates anomalousAuc = new Replicates();
    for (int r = 0; r < replicates; r++) {
      List<ScoreGroup> all = groups(r, negatives);
      RankingMetrics metrics = RankingMetrics.of(all);
      auc.add(metrics.auc(), aucError(all, metrics.totals()));
      ap.add(metrics.ap(), apError(all, metrics.totals()));
      List<ScoreGroup> anomalous = groups(r, negativesOfAnomalousVideos);
      RankingMetrics ofAnomalous = RankingMetrics.of(anomalous);
      anomalousAuc.add(ofAnomalous.auc(), aucError(anomalous, ofAnomalous.totals()));
    }
    return new BootstrapSummary(auc.interval(), ap.interval(), anomalousAuc.interval());
  }

  private List<ScoreGroup> groups(int replicate, long[] negativesByBin) {
    List<ScoreGroup> groups = new ArrayList<>();
    for (int bin = 0; bin < negatedEdges.length; bin++) {
      int cell = bin * replicates + replicate;
      groups.add(new ScoreGroup(-negatedEdges[bin], positives[cell], negativesByBin[cell]));
    }
    return groups;
  }

  private boolean severalScores(int bin) {
    return lowest[bin] < highest[bin];
  }

  private double aucError(List<ScoreGroup> groups, RankingTotals totals) {
    double pairs = 0;
    for (int bin = 0; bin < groups.size(); bin++) {
      if (severalScores(bin)) {
        pairs += (double) groups.get(bin).positives() * groups.get(bin).negatives();
      }
    }
    return pairs / 2 / ((double) totals.positives() * totals.negatives());
  }

  /**
   * The precision of an anomalous frame is between that of the bin's first frame after all normal
   * frames, and that of its last frame before all of them.
   */
  private double apError(List<ScoreGroup> groups, RankingTotals totals) {
    double error = 0;
    RankingTotals above = RankingTotals.NONE;
    for (int bin = 0; bin < groups.size(); bin++) {
      ScoreGroup group = groups.get(bin);
      RankingTotals next = above.plus(group);
      if (severalScores(bin) && group.positives() > 0 && group.negatives() > 0) {
        double used = (double) next.positives() / next.frames();
        double best = (double) next.positives() / (next.positives() + above.negatives());
        double worst = (above.positives() + 1.0) / (above.positives() + 1.0 + next.negatives());
        error += group.positives() * Math.max(best - used, used - worst);
      }
      above = next;
    }
    return error / totals.positives();
  }

  /** The values of a metric in the replicates that have one. */
  private final class Replicates {
    private final double[] values = new double[replicates];
    private int count;
    private double resolution;

    void add(@Nullable Double value, double error) {
      if (value != null) {
        values[count++] = value;
        resolution = Math.max(resolution, error);
      }
    }

    @Nullable BootstrapInterval interval() {
      return BootstrapInterval.of(Arrays.copyOf(values, count), replicates, resolution);
    }
  }
}
