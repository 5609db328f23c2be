package org.c2fpl.workspace;

import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * The Parquet tables of a workspace, one folder each.
 *
 * <p>Batched tables have one leaf per split and batch ({@code segments/split=train/batch=0}); the
 * others are one leaf.
 */
public enum Table {
  VIDEOS(
      "videos",
      true,
      columns()
          .add("video_id", DataTypes.StringType, false)
          .add("source", DataTypes.StringType)
          .add("fps", DataTypes.DoubleType)
          .add("recorded_at", DataTypes.TimestampType)
          .add("camera", DataTypes.StringType)),
  /** {@code features}: crops × dim float32 little-endian, row-major. */
  SEGMENTS(
      "segments",
      true,
      columns()
          .add("video_id", DataTypes.StringType, false)
          .add("segment_index", DataTypes.IntegerType, false)
          .add("features", DataTypes.BinaryType, false)),
  /** Bins of {@code segments}, a fixed number per video; each bin averages segments. */
  POOLED_SEGMENTS(
      "pooled_segments",
      true,
      columns()
          .add("video_id", DataTypes.StringType, false)
          .add("segment_index", DataTypes.IntegerType, false)
          .add("features", DataTypes.BinaryType, false)
          .add("first_segment", DataTypes.IntegerType, false)
          .add("end_segment", DataTypes.IntegerType, false)),
  REJECTED(
      "rejected",
      true,
      columns()
          .add("video_id", DataTypes.StringType)
          .add("file", DataTypes.StringType)
          .add("reason", DataTypes.StringType, false)),
  ANNOTATIONS(
      "annotations",
      false,
      columns()
          .add("video_id", DataTypes.StringType, false)
          .add("split", DataTypes.StringType, false)
          .add("label", DataTypes.IntegerType)
          .add("frames", DataTypes.LongType)
          .add("class", DataTypes.StringType)
          .add("anomalies", frameRanges(), false)),
  FEATURE_PROFILE(
      "feature_profile",
      false,
      columns()
          .add("dimension", DataTypes.IntegerType, false)
          .add("mean", DataTypes.DoubleType, false)
          .add("deviation", DataTypes.DoubleType, false)),
  SEGMENT_NORMS(
      "segment_norms",
      true,
      columns()
          .add("video_id", DataTypes.StringType, false)
          .add("segment_index", DataTypes.IntegerType, false)
          .add("norm", DataTypes.DoubleType, false)),
  /** {@code surprise}: −ln of the empirical upper tail of z. */
  SEGMENT_STATISTICS(
      "segment_statistics",
      true,
      columns()
          .add("video_id", DataTypes.StringType, false)
          .add("segment_index", DataTypes.IntegerType, false)
          .add("z", DataTypes.createArrayType(DataTypes.DoubleType, false), false)
          .add("surprise", DataTypes.DoubleType, false)),
  /** The parts of the fitted statistics, see {@code stages.statistics.StatisticModelTable}. */
  STATISTIC_MODEL(
      "statistic_model",
      false,
      columns()
          .add("part", DataTypes.StringType, false)
          .add("number", DataTypes.IntegerType, false)
          .add("weight", DataTypes.DoubleType)
          .add("mean", DataTypes.createArrayType(DataTypes.DoubleType, false), false)
          .add("factor", DataTypes.createArrayType(DataTypes.DoubleType, false), false)
          .add("intervals", DataTypes.createArrayType(DataTypes.IntegerType, false), false)
          .add("counts", DataTypes.createArrayType(DataTypes.LongType, false), false)),
  VIDEO_STATS(
      "video_stats",
      true,
      columns()
          .add("video_id", DataTypes.StringType, false)
          .add("segments", DataTypes.IntegerType, false)
          .add("norm_mean", DataTypes.DoubleType, false)
          .add("norm_std", DataTypes.DoubleType, false)),
  COARSE_LABELS(
      "coarse_labels",
      false,
      columns()
          .add("video_id", DataTypes.StringType, false)
          .add("norm_mean", DataTypes.DoubleType, false)
          .add("norm_std", DataTypes.DoubleType, false)
          .add("label", DataTypes.IntegerType, false)
          .add("iteration", DataTypes.IntegerType)),
  NULL_MODEL(
      "null_model",
      false,
      columns()
          .add("mean", DataTypes.createArrayType(DataTypes.DoubleType, false), false)
          .add("covariance", DataTypes.createArrayType(DataTypes.DoubleType, false), false)
          .add("segments", DataTypes.LongType, false)
          .add("videos", DataTypes.LongType, false)),
  FINE_LABELS(
      "fine_labels",
      false,
      columns()
          .add("video_id", DataTypes.StringType, false)
          .add("segment_index", DataTypes.IntegerType, false)
          .add("norm", DataTypes.DoubleType, false)
          .add("p_value", DataTypes.DoubleType)
          .add("label", DataTypes.IntegerType, false),
      columns().add("target", DataTypes.DoubleType)),
  SEGMENT_SCORES(
      "segment_scores",
      true,
      columns()
          .add("video_id", DataTypes.StringType, false)
          .add("segment_index", DataTypes.IntegerType, false)
          .add("score", DataTypes.DoubleType, false)
          .add("model", DataTypes.StringType, false)),
  DETECTIONS(
      "detections",
      true,
      columns()
          .add("video_id", DataTypes.StringType, false)
          .add("start_frame", DataTypes.LongType, false)
          .add("end_frame", DataTypes.LongType, false)
          .add("start_seconds", DataTypes.DoubleType)
          .add("end_seconds", DataTypes.DoubleType)
          .add("peak_score", DataTypes.DoubleType, false)
          .add("mean_score", DataTypes.DoubleType, false)
          .add("model", DataTypes.StringType, false)),
  /** Not Parquet: {@code metrics.json} and CSV files. */
  EVALUATION("evaluation", false, columns()),
  /** Not Parquet: {@code index.html}. */
  REPORT("report", false, columns());

  private final String folder;
  private final boolean batched;
  private final StructType schema;
  private final StructType optional;

  Table(String folder, boolean batched, StructType schema) {
    this(folder, batched, schema, columns());
  }

  Table(String folder, boolean batched, StructType schema, StructType optional) {
    this.folder = folder;
    this.batched = batched;
    this.schema = schema;
    this.optional = optional;
  }

  public String folder() {
    return folder;
  }

  /** Whether the table has one leaf per split and batch. */
  public boolean batched() {
    return batched;
  }

  /** The columns that always exist, in order; empty for folders that are not Parquet. */
  public StructType schema() {
    return schema;
  }

  /** The columns with those that a leaf may lack, which read as null there. */
  public StructType readSchema() {
    StructType all = schema;
    for (StructField field : optional.fields()) {
      all = all.add(field);
    }
    return all;
  }

  private static StructType columns() {
    return new StructType();
  }

  private static DataType frameRanges() {
    return DataTypes.createArrayType(
        new StructType()
            .add("start_frame", DataTypes.LongType, false)
            .add("end_frame", DataTypes.LongType, false),
        false);
  }
}
