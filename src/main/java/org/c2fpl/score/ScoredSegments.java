package org.c2fpl.score;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.storage.StorageLevel;
import org.c2fpl.detector.DetectorModel;
import org.c2fpl.detector.DetectorScorer;
import org.c2fpl.errors.DataException;
import org.c2fpl.method.detection.AlarmThreshold;
import org.c2fpl.method.detection.ScoreSmoothing;
import org.c2fpl.method.statistics.CountingSketch;
import org.c2fpl.method.statistics.EmpiricalDistribution;
import org.c2fpl.segments.FeatureScan;
import org.c2fpl.segments.SeenSegments;
import org.c2fpl.segments.Splits;
import org.c2fpl.stage.StageContext;
import org.c2fpl.workspace.Leaf;
import org.c2fpl.workspace.Workspace;

/** Scores of segments and counts over them. The driver's memory does not grow with the footage. */
public final class ScoredSegments {
  /** The logit of a threshold moves by 1/64 from candidate to candidate. */
  private static final int CANDIDATES_PER_LOGIT = 64;

  private static final int LARGEST_LOGIT = 30;

  private ScoredSegments() {}

  /**
   * A threshold and its counts.
   *
   * @param above segments above it
   * @param tied segments whose score equals it, which are all left out
   */
  public record Threshold(double value, long above, long tied) {}

  /**
   * {@code video_id, segment_index, score} of leaves, smoothed over each video as the model
   * prescribes.
   *
   * @param segments leaves of {@code segments}
   * @param fixedSegments bins per video, which are scored instead; 0 for none
   */
  public static Dataset<Row> score(
      StageContext context, List<Leaf> segments, int fixedSegments, DetectorModel model) {
    DetectorScorer scorer =
        new DetectorScorer(
            JavaSparkContext.fromSparkContext(context.spark().sparkContext()).broadcast(model));
    List<Path> folders =
        segments.stream()
            .map(leaf -> SeenSegments.leaf(context, leaf, fixedSegments))
            .map(context.workspace()::path)
            .toList();
    Dataset<Row> scores =
        context
            .spark()
            .createDataFrame(
                FeatureScan.of(context.spark(), folders).mapPartitions(scorer::scores),
                DetectorScorer.SCHEMA);
    return model.smooth() == 0 ? scores : smoothed(scores, model.smooth());
  }

  /** {@code video_id, segment_index, score} of every segment; with bins, the score of its bin. */
  public static Dataset<Row> ofSegments(
      StageContext context, List<Leaf> segments, int fixedSegments, DetectorModel model) {
    if (fixedSegments == 0) {
      return score(context, segments, 0, model);
    }
    return segments.stream()
        .map(
            leaf ->
                SeenSegments.expand(
                    context, score(context, List.of(leaf), fixedSegments, model), leaf))
        .reduce(Dataset::unionByName)
        .orElseThrow();
  }

  /** Refuses footage whose features differ from those that the model was trained on. */
  public static void requireShape(
      Workspace workspace, Leaf segments, String id, DetectorModel model) {
    Splits.Shape shape = Splits.shape(workspace.require(segments, "Ingest it again."));
    if (shape.crops() != model.architecture().crops()
        || shape.dim() != model.architecture().dim()) {
      throw new DataException(
          "Cannot score "
              + segments
              + ": its features are "
              + shape
              + ", model "
              + id
              + " was trained on "
              + model.architecture().crops()
              + " crops × "
              + model.architecture().dim()
              + ". Ingest the features that the model was trained on, or train again.");
    }
  }

  private static Dataset<Row> smoothed(Dataset<Row> scores, double sigma) {
    MapPartitionsFunction<Row, Row> smooth =
        rows -> new SmoothedScores(rows, new ScoreSmoothing(sigma));
    return byVideo(scores).mapPartitions(smooth, Encoders.row(DetectorScorer.SCHEMA));
  }

  /**
   * Whole videos in a partition, segments in order, for {@link VideoDetections} and {@link
   * SmoothedScores}.
   */
  static Dataset<Row> byVideo(Dataset<Row> scores) {
    return scores
        .select("video_id", "segment_index", "score")
        .repartition(col("video_id"))
        .sortWithinPartitions("video_id", "segment_index");
  }

  /**
   * The exact threshold with the share of segments pseudo-labelled anomalous above it.
   *
   * <p>One pass counts scores by narrow intervals. Then the driver walks down the distinct scores
   * of the interval that contains the threshold, one partition at a time.
   *
   * @param scores scores, cheap to read more than once
   */
  public static Threshold autoThreshold(Dataset<Row> scores, long segments, long anomalous) {
    EmpiricalDistribution counts = distribution(scores.select("score"));
    int interval = counts.upperInterval(anomalous);
    double least = EmpiricalDistribution.least(interval);
    double nextLeast = EmpiricalDistribution.least(interval + 1);
    AlarmThreshold threshold = new AlarmThreshold(segments, anomalous);
    long above = counts.above(interval);
    if (above > 0) {
      // Of the larger scores, only their lower end matters.
      Row smallest = scores.filter(col("score").geq(nextLeast)).agg(functions.min("score")).first();
      threshold.add(smallest.getDouble(0), above);
    }
    Iterator<Row> descending =
        scores
            .filter(col("score").geq(least).and(col("score").lt(nextLeast)))
            .groupBy("score")
            .count()
            .orderBy(col("score").desc())
            .toLocalIterator();
    boolean open = true;
    while (open && descending.hasNext()) {
      Row row = descending.next();
      open = threshold.add(row.getDouble(0), row.getLong(1));
    }
    return new Threshold(
        threshold.threshold(), threshold.segmentsAbove(), threshold.segmentsTied());
  }

  /** The counts for a given threshold. */
  public static Threshold givenThreshold(Dataset<Row> scores, double threshold) {
    Row parts =
        scores
            .agg(
                functions.count(functions.when(col("score").gt(threshold), 1)),
                functions.count(functions.when(col("score").equalTo(threshold), 1)))
            .first();
    return new Threshold(threshold, parts.getLong(0), parts.getLong(1));
  }

  /**
   * How well scores rank the segments labelled 1 above the others, ties counting half; null if all
   * labels are equal.
   *
   * @param labels {@code video_id, segment_index, label}
   */
  public static Double labelAuc(Dataset<Row> scores, Dataset<Row> labels) {
    Column positive = col("label").cast(DataTypes.LongType);
    Dataset<Row> labelled =
        scores
            .select("video_id", "segment_index", "score")
            .join(
                labels.select("video_id", "segment_index", "label"),
                new String[] {"video_id", "segment_index"})
            .select(
                col("score"),
                positive.as("positives"),
                lit(1L).minus(positive).as("negatives"),
                lit(false).as("anomalous_video"),
                lit(null).cast(DataTypes.StringType).as("class"));
    return FrameRanking.rank(Map.of("detector", labelled)).get("detector").frames().auc();
  }

  private static EmpiricalDistribution distribution(Dataset<Row> scores) {
    return scores
        .toJavaRDD()
        .mapPartitions(
            rows -> {
              CountingSketch counts = new CountingSketch();
              rows.forEachRemaining(row -> counts.add(row.getDouble(0)));
              return List.of(counts).iterator();
            })
        .treeReduce(
            (left, right) -> {
              left.merge(right);
              return left;
            })
        .distribution();
  }

  /** The lowest threshold with at most a given rate of detections, from a grid over the logits. */
  public static double rateThreshold(Dataset<Row> scores, double hours, double alarmsPerHour) {
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
