package org.c2fpl.stages.fine;

import java.io.Serializable;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;
import org.c2fpl.errors.UsageException;
import org.c2fpl.method.NullModel;
import org.c2fpl.method.fine.PValue;
import org.c2fpl.method.fine.SegmentLabels;
import org.c2fpl.method.fine.WindowRule;
import org.c2fpl.stages.statistics.Statistics;
import org.c2fpl.workspace.Table;

/**
 * How segments are labelled.
 *
 * @param beta β, the share of an anomalous video's segments that its window covers
 * @param alpha α, the p-value below which a segment is anomalous under {@link
 *     SegmentLabels#THRESHOLD}
 */
public record LabelRule(
    SegmentLabels labels, WindowRule window, PValue pValue, double beta, double alpha)
    implements Serializable {

  /**
   * @throws UsageException if a density is to be held against a probability
   */
  public LabelRule {
    if (labels == SegmentLabels.THRESHOLD && !pValue.isProbability()) {
      throw new UsageException(
          "Cannot use --segment-labels threshold with --p-value density: a density is no"
              + " probability that α could bound. Choose --p-value two-sided, one-sided or"
              + " empirical.");
    }
  }

  /** The paper's: the window of lowest mean density. */
  public static LabelRule paper(double beta) {
    return new LabelRule(SegmentLabels.WINDOW, WindowRule.LOWEST_P, PValue.DENSITY, beta, 0.05);
  }

  /** Whether labels need the segments' surprise, which {@code stats --statistic} gives. */
  public boolean needsSurprise() {
    return pValue == PValue.EMPIRICAL;
  }

  /**
   * Columns of {@code fine_labels}, {@code target} among them for soft labels.
   *
   * <p>Labels need one shuffle by video; random ones a few counts before, soft ones a pass for
   * ranks.
   *
   * @param segments {@code video_id, segment_index, norm, video_label} and, where there is a
   *     statistic, {@code z, surprise}
   * @param components of z; 0 without a statistic
   * @param seed of random labels
   */
  public Dataset<Row> label(Dataset<Row> segments, NullModel nullModel, int components, long seed) {
    Dataset<Row> sorted = VideoSegments.sorted(segments, components > 0);
    RandomSegments draw =
        labels == SegmentLabels.RANDOM ? RandomSegments.of(segments, this, seed) : null;
    Broadcast<SoftRanks> ranks =
        labels.soft() ? Statistics.broadcast(segments.sparkSession(), SoftRanks.of(sorted)) : null;
    MapPartitionsFunction<Row, Row> map =
        rows ->
            new FineLabels(
                new VideoSegments(rows),
                this,
                nullModel,
                draw,
                ranks == null ? null : ranks.value());
    StructType columns =
        labels.soft() ? Table.FINE_LABELS.readSchema() : Table.FINE_LABELS.schema();
    return sorted.mapPartitions(map, Encoders.row(columns));
  }
}
