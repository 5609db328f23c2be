package org.c2fpl.evaluate;

import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.c2fpl.method.evaluation.BootstrapCounts;
import org.c2fpl.method.evaluation.BootstrapSummary;
import org.c2fpl.method.evaluation.CurvePoint;
import org.c2fpl.method.evaluation.SegmentFrames;

/**
 * Intervals over resampled videos, in one pass over the segments.
 *
 * <p>Each task and the driver hold {@link BootstrapCounts}: 9.6 MB for 200 replicates, for any
 * footage.
 */
public final class FrameBootstrap {
  private FrameBootstrap() {}

  /**
   * @param frames {@code video_id}, {@code score}, {@code positives}, {@code negatives}, {@code
   *     anomalous_video}: one row per segment
   * @param curve of the same frames
   * @param replicates at least 1
   */
  public static BootstrapSummary intervals(
      Dataset<Row> frames, List<CurvePoint> curve, int replicates, long seed) {
    return frames
        .select("video_id", "anomalous_video", "score", "positives", "negatives")
        .toJavaRDD()
        .treeAggregate(
            new BootstrapCounts(curve, replicates, seed),
            (counts, row) -> {
              counts.add(
                  row.getString(0),
                  row.getBoolean(1),
                  row.getDouble(2),
                  new SegmentFrames(row.getLong(3), row.getLong(4)));
              return counts;
            },
            (left, right) -> {
              left.merge(right);
              return left;
            })
        .summary();
  }
}
