package org.c2fpl.evaluate;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;

import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Counts of the frames of normal videos, and of the false alarms among them at two thresholds.
 *
 * @param frames frames of videos without an anomalous frame
 * @param aboveHalf frames with a score above 0.5
 * @param aboveModels frames with a score above the model's threshold
 * @param modelThreshold null if unknown; {@code aboveModels} is 0 then
 */
public record FalseAlarms(long frames, long aboveHalf, long aboveModels, Double modelThreshold) {
  /** The threshold of published false alarm rates. */
  public static final double HALF = 0.5;

  /**
   * @param frames {@code score}, {@code negatives}, {@code anomalous_video}: one row per segment
   * @param modelThreshold null if unknown
   */
  public static FalseAlarms count(Dataset<Row> frames, Double modelThreshold) {
    Row counts = counts(frames, modelThreshold).head();
    return new FalseAlarms(counts.getLong(0), counts.getLong(1), counts.getLong(2), modelThreshold);
  }

  /**
   * The query of {@link #count}: one row with the frames, those above 0.5, and those above the
   * threshold.
   */
  public static Dataset<Row> counts(Dataset<Row> frames, Double modelThreshold) {
    return frames
        .filter(not(col("anomalous_video")))
        .agg(
            coalesce(sum("negatives"), lit(0L)),
            above(HALF),
            modelThreshold == null ? lit(0L) : above(modelThreshold));
  }

  private static Column above(double threshold) {
    return coalesce(sum(when(col("score").gt(threshold), col("negatives")).otherwise(0L)), lit(0L));
  }

  /** The share of frames above 0.5; null without frames. */
  public Double rateAtHalf() {
    return frames == 0 ? null : (Double) ((double) aboveHalf / frames);
  }

  /** The share of frames above the model's threshold; null without one, or without frames. */
  public Double rateAtModels() {
    return frames == 0 || modelThreshold == null ? null : (Double) ((double) aboveModels / frames);
  }
}
