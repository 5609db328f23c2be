package org.c2fpl.stages;

import static org.apache.spark.sql.functions.col;

import java.util.Iterator;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;
import org.c2fpl.detector.DetectorModel;
import org.c2fpl.detector.DetectorScorer;
import org.c2fpl.method.AlarmThreshold;
import org.c2fpl.method.ScoreSmoothing;

/** Scores of segments, and what is counted among them. Nothing here grows on the driver. */
final class ScoredSegments {
  /** The logit of a threshold moves by 1/64 from candidate to candidate. */
  private static final int CANDIDATES_PER_LOGIT = 64;

  private static final int LARGEST_LOGIT = 30;

  private ScoredSegments() {}

  /**
   * {@code video_id, segment_index, score} for {@code video_id, segment_index, features}, smoothed
   * over each video as the model says.
   */
  static Dataset<Row> score(Dataset<Row> segments, DetectorModel model) {
    Broadcast<DetectorModel> broadcast =
        JavaSparkContext.fromSparkContext(segments.sparkSession().sparkContext()).broadcast(model);
    Dataset<Row> scores =
        segments
            .select("video_id", "segment_index", "features")
            .mapPartitions(new DetectorScorer(broadcast), Encoders.row(DetectorScorer.SCHEMA));
    return model.smooth() == 0 ? scores : smoothed(scores, model.smooth());
  }

  private static Dataset<Row> smoothed(Dataset<Row> scores, double sigma) {
    MapPartitionsFunction<Row, Row> smooth =
        rows -> new SmoothedScores(rows, new ScoreSmoothing(sigma));
    return byVideo(scores).mapPartitions(smooth, Encoders.row(DetectorScorer.SCHEMA));
  }

  /**
   * Whole videos in a partition, segments in order: what {@link VideoDetections} and {@link
   * SmoothedScores} need.
   */
  static Dataset<Row> byVideo(Dataset<Row> scores) {
    return scores
        .select("video_id", "segment_index", "score")
        .repartition(col("video_id"))
        .sortWithinPartitions("video_id", "segment_index");
  }

  /**
   * The threshold that leaves above it the share of segments pseudo-labelled anomalous; exact. The
   * driver walks down the distinct scores, a partition of them at a time.
   */
  static double autoThreshold(Dataset<Row> scores, long segments, long anomalous) {
    AlarmThreshold threshold = new AlarmThreshold(segments, anomalous);
    Iterator<Row> descending =
        scores.groupBy("score").count().orderBy(col("score").desc()).toLocalIterator();
    boolean open = true;
    while (open && descending.hasNext()) {
      Row row = descending.next();
      open = threshold.add(row.getDouble(0), row.getLong(1));
    }
    return threshold.threshold();
  }

  /** The lowest threshold that gives at most a rate of detections, from a grid over the logits. */
  static double rateThreshold(Dataset<Row> scores, double hours, double alarmsPerHour) {
    Dataset<Row> byVideo = byVideo(scores).persist(StorageLevel.DISK_ONLY());
    try {
      return AlarmThreshold.forRate(
          candidates(), threshold -> detections(byVideo, threshold), hours, alarmsPerHour);
    } finally {
      byVideo.unpersist();
    }
  }

  private static long detections(Dataset<Row> byVideo, double threshold) {
    MapPartitionsFunction<Row, Integer> count =
        rows -> {
          Iterator<VideoDetections.OfVideo> detections = new VideoDetections(rows, threshold);
          return new Iterator<>() {
            @Override
            public boolean hasNext() {
              return detections.hasNext();
            }

            @Override
            public Integer next() {
              detections.next();
              return 1;
            }
          };
        };
    return byVideo.mapPartitions(count, Encoders.INT()).count();
  }

  private static double[] candidates() {
    int steps = LARGEST_LOGIT * CANDIDATES_PER_LOGIT;
    double[] candidates = new double[2 * steps + 3];
    for (int step = -steps; step <= steps; step++) {
      candidates[step + steps + 1] = 1 / (1 + Math.exp(-step / (double) CANDIDATES_PER_LOGIT));
    }
    candidates[candidates.length - 1] = 1;
    return candidates;
  }
}
