package org.c2fpl.detector;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;

import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.c2fpl.errors.DataException;
import org.c2fpl.method.exact.ExactSum;

/**
 * The target output of the detector for each segment: its {@code target}, a number in [0, 1], if it
 * has one, else its {@code label}.
 */
final class Targets {
  private static final String SOFT = "target";

  /**
   * @param segments with a label
   * @param anomalous those labelled 1
   * @param share the mean target, from an exact sum, so the same in any order of rows
   */
  record Counts(long segments, long anomalous, double share) {}

  private Targets() {}

  /** {@code video_id, segment_index, target} (float) of {@link TrainingData#labels}. */
  static Dataset<Row> of(Dataset<Row> labels) {
    return labels.select(
        col("video_id"),
        col("segment_index"),
        target(labels).cast(DataTypes.FloatType).alias(SOFT));
  }

  /**
   * Counts labels, and checks that both kinds of segments occur.
   *
   * @throws DataException if a label is neither 0 nor 1, a target outside [0, 1], no target above
   *     0, or none below 1
   */
  static Counts counted(Dataset<Row> labels) {
    Column label = col("label");
    Column target = target(labels);
    Column wrongLabel = label.isNull().or(label.notEqual(0).and(label.notEqual(1)));
    Column wrongTarget = target.isNull().or(target.between(0, 1).equalTo(false));
    Row row =
        labels
            .agg(
                count(lit(1)),
                sum(when(label.equalTo(1), 1).otherwise(0)),
                min(when(wrongLabel, text(label))),
                min(when(wrongTarget, text(target))),
                max(target),
                min(target))
            .first();
    refuse("pseudo-label", row.getString(2), "0 or 1");
    refuse("soft pseudo-label", row.getString(3), "a number in [0, 1]");
    long segments = row.getLong(0);
    if (segments == 0 || row.getDouble(4) == 0) {
      throw oneKind(segments, "anomalous");
    }
    if (row.getDouble(5) == 1) {
      throw oneKind(segments, "normal");
    }
    return new Counts(segments, row.getLong(1), total(of(labels)) / segments);
  }

  private static double total(Dataset<Row> targets) {
    return targets
        .select(SOFT)
        .toJavaRDD()
        .mapPartitions(
            rows -> {
              ExactSum sum = new ExactSum();
              rows.forEachRemaining(row -> sum.add(row.getFloat(0)));
              return List.of(sum).iterator();
            })
        .treeReduce(
            (left, right) -> {
              left.merge(right);
              return left;
            })
        .value();
  }

  private static Column target(Dataset<Row> labels) {
    Column hard = col("label").cast(DataTypes.DoubleType);
    return Arrays.asList(labels.columns()).contains(SOFT)
        ? coalesce(col(SOFT).cast(DataTypes.DoubleType), hard)
        : hard;
  }

  private static Column text(Column value) {
    return coalesce(value.cast(DataTypes.StringType), lit("null"));
  }

  private static void refuse(String what, String found, String expected) {
    if (found != null) {
      throw new DataException(
          "Cannot train the detector: a "
              + what
              + " is "
              + found
              + " where "
              + expected
              + " was expected. Run 'c2fpl fine' again.");
    }
  }

  private static DataException oneKind(long segments, String missing) {
    return new DataException(
        "Cannot train the detector: none of "
            + segments
            + " segments is pseudo-labelled "
            + missing
            + ". Check the coarse labels; the footage may be too short or too uniform, or its"
            + " features may need --standardize.");
  }
}
