package org.c2fpl.evaluate;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.size;
import static org.apache.spark.sql.functions.udf;
import static org.apache.spark.sql.functions.when;

import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.api.java.UDF4;
import org.apache.spark.sql.api.java.UDF5;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.c2fpl.method.evaluation.FrameTruth;
import org.c2fpl.method.evaluation.SegmentFrames;
import org.c2fpl.method.evaluation.TailPolicy;
import scala.collection.Seq;

/**
 * Counts the frames of segments and videos in Spark ({@link FrameTruth}) without exploding them.
 */
public final class FrameCounts {
  private static final StructType COUNTS =
      new StructType()
          .add("positives", DataTypes.LongType, false)
          .add("negatives", DataTypes.LongType, false);

  /** The most classes for which an AUC is kept: a class is a word, not a caption. */
  static final int MAX_CLASSES = 200;

  /** Whether an annotation shows which frames are anomalous. */
  static final Column KNOWN = size(col("anomalies")).gt(0).or(col("label").eqNullSafe(0));

  private final FrameTruth counter;

  public FrameCounts(int framesPerSegment, TailPolicy tail) {
    this.counter = new FrameTruth(framesPerSegment, tail);
  }

  /**
   * @param videos {@code video_id}, {@code segments}, {@code frames}, {@code anomalies}, {@code
   *     class}
   * @return the videos with {@code anomalous_video}: whether any of their frames is anomalous;
   *     {@code class} is null in other videos
   */
  public Dataset<Row> kinds(Dataset<Row> videos) {
    FrameTruth truth = counter;
    UDF4<Integer, Long, Seq<Long>, Seq<Long>, Boolean> anomalous =
        (segments, frames, starts, ends) ->
            truth.count(segments, frames, longs(starts), longs(ends)).positives() > 0;
    return videos
        .withColumn(
            "anomalous_video",
            udf(anomalous, DataTypes.BooleanType)
                .apply(
                    col("segments"),
                    col("frames"),
                    col("anomalies.start_frame"),
                    col("anomalies.end_frame")))
        .withColumn("class", when(col("anomalous_video"), col("class")));
  }

  /**
   * The classes of anomalous videos, and the number of videos of each: {@code class}, {@code
   * videos}.
   *
   * @param kinds result of {@link #kinds}
   * @return at most one more than {@link #MAX_CLASSES}
   */
  public static List<Row> classes(Dataset<Row> kinds) {
    return kinds
        .filter(col("class").isNotNull())
        .groupBy("class")
        .count()
        .limit(MAX_CLASSES + 1)
        .collectAsList();
  }

  /**
   * The frames of each score.
   *
   * @param scores {@code video_id}, {@code segment_index}, {@code score}; of any origin
   * @param kinds result of {@link #kinds}: one row per video
   * @return the scores of these videos, with {@code positives}, {@code negatives}, {@code
   *     anomalous_video} and {@code class}
   */
  public Dataset<Row> frames(Dataset<Row> scores, Dataset<Row> kinds) {
    return count(scores.select("video_id", "segment_index", "score").join(kinds, "video_id"))
        .select(
            "video_id",
            "segment_index",
            "score",
            "counts.positives",
            "counts.negatives",
            "anomalous_video",
            "class");
  }

  /**
   * Adds {@code counts.positives} and {@code counts.negatives} to segments.
   *
   * @param segments {@code segment_index}, and their video's {@code segments}, {@code frames} and
   *     {@code anomalies}
   */
  Dataset<Row> count(Dataset<Row> segments) {
    FrameTruth truth = counter;
    UDF5<Integer, Integer, Long, Seq<Long>, Seq<Long>, Row> counts =
        (segment, count, frames, starts, ends) -> {
          SegmentFrames found = truth.count(segment, count, frames, longs(starts), longs(ends));
          return RowFactory.create(found.positives(), found.negatives());
        };
    return segments.withColumn(
        "counts",
        udf(counts, COUNTS)
            .apply(
                col("segment_index"),
                col("segments"),
                col("frames"),
                col("anomalies.start_frame"),
                col("anomalies.end_frame")));
  }

  /** The videos, without their classes if there are too many classes. */
  public static Dataset<Row> withClasses(Dataset<Row> kinds, List<Row> classes) {
    return classes.size() <= MAX_CLASSES
        ? kinds
        : kinds.withColumn("class", lit(null).cast(DataTypes.StringType));
  }

  private static long[] longs(Seq<Long> values) {
    long[] longs = new long[values.size()];
    for (int i = 0; i < longs.length; i++) {
      longs[i] = values.apply(i);
    }
    return longs;
  }
}
