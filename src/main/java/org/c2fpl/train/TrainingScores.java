package org.c2fpl.train;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.countDistinct;
import static org.apache.spark.sql.functions.sum;

import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;
import org.c2fpl.detector.DetectorModel;
import org.c2fpl.detector.TrainingResult;
import org.c2fpl.errors.DataException;
import org.c2fpl.errors.UsageException;
import org.c2fpl.score.ScoredSegments;
import org.c2fpl.segments.Splits;
import org.c2fpl.stage.Doubts;
import org.c2fpl.stage.StageContext;
import org.c2fpl.stage.Words;
import org.c2fpl.workspace.Leaf;
import org.c2fpl.workspace.Table;
import org.c2fpl.workspace.Workspace;

/**
 * Findings from the scores of the training footage: the threshold of detections, and whether the
 * detector learned its labels.
 *
 * @param labelAuc how well they rank the pseudo-labels; null if these are all equal
 * @param given whether the threshold was given as a number
 * @param result of the training
 */
record TrainingScores(
    ScoredSegments.Threshold threshold, Double labelAuc, boolean given, TrainingResult result) {
  /** Below this AUC, a detector did not learn its labels; 0.5 is chance. */
  private static final double LEAST_LABEL_AUC = 0.6;

  /** Fewer equal scores at the threshold cause no warning about ties. */
  private static final long MANY_TIED = 10;

  /**
   * Scores the training footage.
   *
   * @param labels the segments' pseudo-labels
   * @param fixedSegments bins per video; 0 for its segments
   * @param model its threshold is ignored
   * @throws UsageException for a rate of alarms if bins have no duration
   * @throws DataException for a rate of alarms if a video has no fps
   */
  static TrainingScores of(
      StageContext context,
      List<Leaf> segments,
      Dataset<Row> labels,
      int fixedSegments,
      DetectorModel model,
      ThresholdChoice choice,
      TrainingResult result) {
    if (fixedSegments > 0 && choice.alarmsPerHour() != null) {
      throw new UsageException(
          "Cannot use --alarms-per-hour with a fixed number of segments per video: a bin has no"
              + " duration. Use --threshold.");
    }
    Dataset<Row> scores =
        ScoredSegments.score(context, segments, fixedSegments, model)
            .persist(StorageLevel.DISK_ONLY());
    try {
      return new TrainingScores(
          threshold(context, segments, scores, choice, result),
          ScoredSegments.labelAuc(scores, labels),
          choice.value() != null,
          result);
    } finally {
      scores.unpersist();
    }
  }

  private static ScoredSegments.Threshold threshold(
      StageContext context,
      List<Leaf> segments,
      Dataset<Row> scores,
      ThresholdChoice choice,
      TrainingResult result) {
    if (choice.value() != null) {
      return ScoredSegments.givenThreshold(scores, choice.value());
    }
    if (choice.alarmsPerHour() == null) {
      return ScoredSegments.autoThreshold(scores, result.segments(), result.anomalous());
    }
    return ScoredSegments.givenThreshold(
        scores,
        ScoredSegments.rateThreshold(
            scores,
            hours(context.workspace(), context.spark(), segments, scores),
            choice.alarmsPerHour()));
  }

  /**
   * Adds doubts about the scores.
   *
   * @param standardized whether features are
   */
  void doubt(Doubts doubts, boolean standardized) {
    if (labelAuc != null && labelAuc < LEAST_LABEL_AUC) {
      doubts.add(
          String.format(
              Locale.ROOT,
              "the detector did not learn its labels: its scores of the training footage rank the"
                  + " pseudo-labels with an AUC of %.3f, and 0.5 is chance. What helps: %smore"
                  + " epochs, other features, or --preset robust",
              labelAuc,
              standardized ? "" : "--standardize, "));
    }
    long tied = threshold.tied();
    boolean wanting = threshold.above() < 0.9 * result.anomalous();
    if (tied >= MANY_TIED && (wanting || given)) {
      doubts.add(
          "the threshold is on a tie: "
              + tied
              + " of "
              + Words.count(result.segments(), "training segment")
              + " have the same score there, and "
              + threshold.above()
              + " are above it, while "
              + result.anomalous()
              + " are pseudo-labelled anomalous. Check the scores, or give --threshold");
    }
  }

  /** Hours of the training footage; needs every video's fps. */
  private static double hours(
      Workspace workspace, SparkSession spark, List<Leaf> segments, Dataset<Row> scores) {
    int framesPerSegment = Splits.sameShape(workspace, segments).framesPerSegment();
    Dataset<Row> fps =
        workspace
            .read(spark, segments.stream().map(leaf -> leaf.in(Table.VIDEOS)).toList())
            .select("video_id", "fps");
    Dataset<Row> lengths =
        scores.groupBy("video_id").count().join(fps, "video_id").filter(col("fps").gt(0));
    Row known =
        lengths
            .agg(
                sum(col("count").multiply(framesPerSegment).divide(col("fps"))),
                countDistinct("video_id"))
            .first();
    long videos = scores.select("video_id").distinct().count();
    if (known.getLong(1) < videos) {
      throw new DataException(
          "Cannot choose a threshold by alarms per hour: "
              + (videos - known.getLong(1))
              + " of "
              + videos
              + " training videos have no fps. Give it in the videos CSV at ingest, or use"
              + " --threshold.");
    }
    return known.getDouble(0) / 3600;
  }
}
