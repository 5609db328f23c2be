package org.c2fpl.evaluate;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.udf;

import java.io.Serializable;
import java.util.Comparator;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF2;
import org.apache.spark.sql.types.DataTypes;
import org.c2fpl.method.statistics.FeatureProfile;
import org.c2fpl.method.statistics.NearestNeighbours;
import org.c2fpl.method.training.SegmentDeal;
import org.c2fpl.segments.Splits;

/**
 * The distance of a segment from the training split: the mean distance to its {@value #NEIGHBOURS}
 * nearest neighbours in a sample of training segments, those of lowest fixed hash.
 *
 * <p>The sample is collected to the driver and broadcast: sample × dim × 4 bytes, 16 MB for 2,000
 * segments of 2,048 dimensions. Costs one pass over the training segments, and sample × dim
 * additions per scored segment.
 */
final class NeighbourYardstick {
  static final int NEIGHBOURS = 10;

  /** The seed of this yardstick only, so that the sample is independent of the deals. */
  private static final long SAMPLE_SEED = 0x6e65696768L; // "neigh"

  private record Sampled(long key, int segment, NearestNeighbours.Reference reference)
      implements Serializable {}

  private NeighbourYardstick() {}

  /** The sample, in the order of hashes; fewer if the split has fewer segments. */
  static List<NearestNeighbours.Reference> sample(
      Dataset<Row> training, Splits.Shape shape, int size) {
    UDF2<String, Integer, Long> hash =
        (video, segment) -> SegmentDeal.key(SAMPLE_SEED, 0, video, segment);
    Dataset<Row> keyed =
        training.withColumn(
            "key", udf(hash, DataTypes.LongType).apply(col("video_id"), col("segment_index")));
    // Ids first, so that features, a hundred kilobytes each, are held only for sampled segments.
    List<Row> lowest = keyed.select("key").orderBy("key").limit(size).collectAsList();
    if (lowest.isEmpty()) {
      return List.of();
    }
    int crops = shape.crops();
    int dim = shape.dim();
    return keyed
        .filter(col("key").leq(lowest.get(lowest.size() - 1).getLong(0)))
        .select("key", "video_id", "segment_index", "features")
        .toJavaRDD()
        .map(
            row ->
                new Sampled(
                    row.getLong(0),
                    row.getInt(2),
                    new NearestNeighbours.Reference(
                        row.getString(1),
                        NearestNeighbours.cropMean(row.<byte[]>getAs(3), crops, dim))))
        .collect()
        .stream()
        .sorted(
            Comparator.comparingLong(Sampled::key)
                .thenComparing(sampled -> sampled.reference().videoId())
                .thenComparingInt(Sampled::segment))
        .limit(size)
        .map(Sampled::reference)
        .toList();
  }

  /**
   * @param segments {@code video_id}, {@code segment_index}, {@code features}
   * @param profile standardises; null to use the profile of the sample
   * @param exceptOwnVideo whether to ignore segments of the same video, because the sample was
   *     taken from the same footage
   * @return {@code video_id}, {@code segment_index}, {@code score}
   */
  static Dataset<Row> scores(
      Dataset<Row> segments,
      Splits.Shape shape,
      List<NearestNeighbours.Reference> sample,
      FeatureProfile profile,
      boolean exceptOwnVideo) {
    Broadcast<NearestNeighbours> neighbours =
        JavaSparkContext.fromSparkContext(segments.sparkSession().sparkContext())
            .broadcast(new NearestNeighbours(sample, profile, NEIGHBOURS));
    int crops = shape.crops();
    int dim = shape.dim();
    UDF2<String, byte[], Double> distance =
        (video, features) ->
            neighbours
                .value()
                .meanDistance(
                    NearestNeighbours.cropMean(features, crops, dim),
                    exceptOwnVideo ? video : null);
    return segments.select(
        col("video_id"),
        col("segment_index"),
        udf(distance, DataTypes.DoubleType).apply(col("video_id"), col("features")).as("score"));
  }
}
