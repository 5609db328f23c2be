package org.c2fpl.stats;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.c2fpl.method.statistics.DiagonalMixture;
import org.c2fpl.method.statistics.FeatureProfile;
import org.c2fpl.method.statistics.FeatureVectors;
import org.c2fpl.method.statistics.VideoFolds;

/**
 * Fits a {@link DiagonalMixture} of eight components to the crop means of a bounded sample of
 * segments: those with the lowest key of (video id, segment index), 20,000 or as many as fit into
 * 64 MB on the driver.
 */
final class MixtureFit {
  private static final int COMPONENTS = 8;
  private static final int MOST_SEGMENTS = 20_000;
  private static final long MOST_BYTES = 64L << 20;

  private record Sampled(long key, String video, int segment, float[] features)
      implements java.io.Serializable {}

  private MixtureFit() {}

  /**
   * The mixture of rows with {@code video_id}, {@code segment_index} and {@code features}.
   *
   * @param crops crops per segment
   */
  static DiagonalMixture fit(Dataset<Row> segments, FeatureProfile profile, int crops) {
    int most = (int) Math.min(MOST_SEGMENTS, MOST_BYTES / (4L * profile.dimensions()));
    List<Long> keys =
        segments
            .select("video_id", "segment_index")
            .toJavaRDD()
            .map(row -> VideoFolds.sampleKey(row.getString(0), row.getInt(1)))
            .takeOrdered(most);
    long limit = keys.isEmpty() ? Long.MIN_VALUE : keys.get(keys.size() - 1);
    List<Sampled> sample = new ArrayList<>(sampled(segments, profile, crops, limit).collect());
    sample.sort(
        Comparator.comparingLong(Sampled::key)
            .thenComparing(Sampled::video)
            .thenComparingInt(Sampled::segment));
    return DiagonalMixture.fit(
        sample.stream().map(Sampled::features).toArray(float[][]::new), COMPONENTS);
  }

  private static JavaRDD<Sampled> sampled(
      Dataset<Row> segments, FeatureProfile profile, int crops, long limit) {
    return segments
        .select("video_id", "segment_index", "features")
        .toJavaRDD()
        .filter(row -> VideoFolds.sampleKey(row.getString(0), row.getInt(1)) <= limit)
        .mapPartitions(
            rows -> {
              FeatureVectors vectors = new FeatureVectors(profile, crops);
              return StatisticColumns.mapped(
                  rows,
                  row -> {
                    vectors.read(row.getAs(2));
                    return new Sampled(
                        VideoFolds.sampleKey(row.getString(0), row.getInt(1)),
                        row.getString(0),
                        row.getInt(1),
                        vectors.cropMean());
                  });
            });
  }
}
