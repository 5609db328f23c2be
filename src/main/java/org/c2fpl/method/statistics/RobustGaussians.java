package org.c2fpl.method.statistics;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The Gaussians of the training features: one per fold of videos, fitted without that fold, and one
 * for all.
 *
 * @param folds for the training footage itself, by {@link VideoFolds}
 * @param all for other footage
 */
public record RobustGaussians(List<ShrunkGaussian> folds, ShrunkGaussian all)
    implements SegmentStatistic {

  /** The number of refits after the fit on everything. */
  public static final int REFITS = 3;

  /**
   * The share of the calmest segments for a refit. Large enough that loud but common events (a
   * crowd in every third video) stay part of normality.
   */
  public static final double CALM_SHARE = 0.8;

  /**
   * The mean over a segment's vectors of their Mahalanobis distance.
   *
   * @param training whether the segment is one of those that were fitted
   * @param segment the segment
   * @param work d values, overwritten
   */
  public double distance(String videoId, boolean training, FeatureVectors segment, double[] work) {
    ShrunkGaussian gaussian = training ? folds.get(VideoFolds.of(videoId, folds.size())) : all;
    double sum = 0;
    for (int v = 0; v < segment.count(); v++) {
      segment.write(v, work);
      sum += gaussian.distance(work);
    }
    return sum / segment.count();
  }

  @Override
  public double of(Segment segment) {
    return distance(segment.videoId(), segment.training(), segment.vectors(), segment.work());
  }

  /** A Gaussian's mean and Cholesky factor by columns, in 1/256 of a deviation. */
  @Override
  public List<ModelPart> parts() {
    List<ModelPart> parts = new ArrayList<>();
    for (int k = 0; k < folds.size(); k++) {
      parts.add(ModelPart.of("fold", k, 0, folds.get(k).mean(), folds.get(k).factor()));
    }
    parts.add(ModelPart.of("all", 0, 0, all.mean(), all.factor()));
    return parts;
  }

  /** The Gaussians that {@link #parts} stored. */
  public static RobustGaussians of(List<ModelPart> parts) {
    return new RobustGaussians(
        ModelPart.named("fold", parts).stream().map(RobustGaussians::gaussian).toList(),
        gaussian(ModelPart.named("all", parts).get(0)));
  }

  private static ShrunkGaussian gaussian(ModelPart part) {
    return new ShrunkGaussian(part.mean(), part.factor());
  }

  /**
   * Fits the Gaussians to sums by folds.
   *
   * @param byFold the sums of a fold; null if a fold has no video
   */
  public static RobustGaussians fit(@Nullable GramSums[] byFold, int dimensions) {
    GramSums total = without(byFold, -1, dimensions);
    ShrunkGaussian all = LedoitWolf.fit(total);
    List<ShrunkGaussian> folds = new ArrayList<>();
    for (int fold = 0; fold < byFold.length; fold++) {
      GramSums others = byFold[fold] == null ? total : without(byFold, fold, dimensions);
      // With almost only one video, it must be compared with itself.
      folds.add(others.count() < 2 || others == total ? all : LedoitWolf.fit(others));
    }
    return new RobustGaussians(folds, all);
  }

  private static GramSums without(@Nullable GramSums[] byFold, int left, int dimensions) {
    GramSums sums = new GramSums(dimensions);
    for (int fold = 0; fold < byFold.length; fold++) {
      if (fold != left && byFold[fold] != null) {
        sums.merge(byFold[fold]);
      }
    }
    return sums;
  }
}
