package org.c2fpl.coarse;

import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.c2fpl.method.coarse.KnownCounts;

/** Labels the videos of a split. */
public final class Labeller {

  /**
   * @param videoStats rows of {@code video_stats}
   * @param annotations the split's rows of {@code annotations}; null if no labels are read
   * @param segmentStatistics rows of {@code segment_statistics}; null if no surprises are read
   */
  public record Inputs(
      Dataset<Row> videoStats, Dataset<Row> annotations, Dataset<Row> segmentStatistics) {}

  private Labeller() {}

  /**
   * Labels every video.
   *
   * @throws org.c2fpl.errors.DataException if there are too few videos, statistics that are not
   *     finite, or labels are missing
   */
  public static Labelling label(CoarseMethod method, Inputs inputs, long seed) {
    Dataset<Row> videos = inputs.videoStats().select("video_id", "norm_mean", "norm_std");
    return switch (method.supervision()) {
      case WEAK -> GivenLabels.known(KnownLabels.all(videos, inputs.annotations()));
      case RANDOM -> GivenLabels.drawn(videos, seed);
      case UNSUPERVISED -> cluster(method, inputs, KnownLabels.none(videos), KnownCounts.NONE);
      case PARTIAL -> {
        Dataset<Row> known =
            KnownLabels.some(videos, inputs.annotations(), method.knownShare(), seed);
        KnownCounts counts = KnownLabels.counts(known);
        yield counts.total() == videos.count()
            ? GivenLabels.known(known)
            : cluster(method, inputs, known, counts);
      }
    };
  }

  /** The rows with the points of a clustering, all in one partition. */
  public static Dataset<Row> points(Dataset<Row> videoStats) {
    return PointTable.sorted(KnownLabels.none(videoStats));
  }

  private static Labelling cluster(
      CoarseMethod method, Inputs inputs, Dataset<Row> videos, KnownCounts known) {
    return switch (method.clustering()) {
      case DIVISIVE -> DivisiveLabels.label(videos, known, method.eta().value());
      case PUBLISHED_CODE -> PublishedLabels.label(videos, method.eta().value());
      case RANKED ->
          RankedLabels.label(
              videos,
              VideoSurprises.of(inputs.segmentStatistics(), method.beta()),
              known,
              method.eta());
    };
  }
}
