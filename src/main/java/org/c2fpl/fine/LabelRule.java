package org.c2fpl.fine;

import java.io.Serializable;
import java.util.Map;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.c2fpl.errors.Bounds;
import org.c2fpl.errors.UsageException;
import org.c2fpl.method.fine.PValue;
import org.c2fpl.method.fine.SegmentLabels;
import org.c2fpl.method.fine.WindowRule;
import org.c2fpl.method.statistics.NullModel;
import org.c2fpl.stats.StatisticColumns;
import org.c2fpl.workspace.StoredOptions;

/**
 * The rule that labels segments.
 *
 * @param beta β, the share of an anomalous video's segments that its window covers
 * @param alpha α, the p-value below which a segment is anomalous under {@link
 *     SegmentLabels#THRESHOLD}
 */
public record LabelRule(
    SegmentLabels labels, WindowRule window, PValue pValue, double beta, double alpha)
    implements StoredOptions, Serializable {

  /**
   * @throws UsageException if a density would be compared with a probability
   */
  public LabelRule {
    Bounds.require("--beta", beta, "(0, 1)", "The paper's is 0.2.");
    Bounds.require("--alpha", alpha, "(0, 1)", "0.05 is usual.");
    if (labels == SegmentLabels.THRESHOLD && !pValue.isProbability()) {
      throw new UsageException(
          "Cannot use --segment-labels threshold with --p-value density: a density is not a"
              + " probability that α could bound. Choose --p-value two-sided, one-sided or"
              + " empirical.");
    }
  }

  /** The rule of the paper: the window of lowest mean density. */
  public static LabelRule paper(double beta) {
    return new LabelRule(SegmentLabels.WINDOW, WindowRule.LOWEST_P, PValue.DENSITY, beta, 0.05);
  }

  @Override
  public Map<String, Object> stored() {
    return Map.of(
        "segment_labels",
        labels.toString(),
        "window",
        window.toString(),
        "p_value",
        pValue.toString(),
        "beta",
        beta,
        "alpha",
        alpha);
  }

  /** Whether labels need the segments' surprise, which {@code stats --statistic} gives. */
  public boolean needsSurprise() {
    return pValue == PValue.EMPIRICAL;
  }

  /**
   * Columns of {@code fine_labels}, {@code target} among them for soft labels.
   *
   * <p>Random labels first need a few counts, soft labels a pass for ranks.
   *
   * @param videos whole videos in order, cheap to read more than once
   * @param components of z; 0 without a statistic
   * @param seed of random labels
   */
  public Dataset<Row> label(
      Dataset<LabelledRun> videos, NullModel nullModel, int components, long seed) {
    RandomSegments draw =
        labels == SegmentLabels.RANDOM ? RandomSegments.of(videos, components, this, seed) : null;
    Broadcast<SoftRanks> ranks =
        labels.soft()
            ? StatisticColumns.broadcast(videos.sparkSession(), SoftRanks.of(videos, components))
            : null;
    MapPartitionsFunction<LabelledRun, LabelledVideo> label =
        runs ->
            new FineLabels(
                new VideoSegments(runs, components),
                this,
                nullModel,
                draw,
                ranks == null ? null : ranks.value());
    return LabelledVideo.rows(
        videos.mapPartitions(label, Encoders.bean(LabelledVideo.class)), labels.soft());
  }
}
