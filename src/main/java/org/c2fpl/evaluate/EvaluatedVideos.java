package org.c2fpl.evaluate;

import static org.apache.spark.sql.functions.abs;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.count_if;
import static org.apache.spark.sql.functions.greatest;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.storage.StorageLevel;
import org.c2fpl.errors.DataException;
import org.c2fpl.method.evaluation.TailPolicy;
import org.c2fpl.segments.Missing;
import org.c2fpl.stage.StageEvents;
import org.c2fpl.stage.Words;

/**
 * The scored videos of a split joined with their annotations, and the fate of each.
 *
 * <p>Holds one row per video in Spark's storage until closed, and ten ids per fate on the driver.
 */
public final class EvaluatedVideos implements AutoCloseable {

  /** The fates of a video, in the order in which they are decided. */
  private enum Fate {
    INCOMPLETE_SCORES,
    WITHOUT_SCORES,
    WITHOUT_ANNOTATION,
    WITHOUT_FRAME_TRUTH,
    EVALUATED
  }

  /** Videos of one fate: their number and the first ten ids. */
  private record Videos(long count, List<String> first) {
    static final Videos NONE = new Videos(0, List.of());

    String named() {
      long more = count - first.size();
      return String.join(", ", first) + (more > 0 ? " and " + more + " more" : "");
    }

    void describe(ObjectNode metrics, String name) {
      metrics.put(name, count);
      ArrayNode names = metrics.putArray(name + "_first");
      first.forEach(names::add);
    }
  }

  /** The share of frames after the last segment above which the user must decide. */
  private static final double MOST_AFTER = 0.1;

  private final String split;
  private final Dataset<Row> sorted;
  private final Map<Fate, Videos> fates = new EnumMap<>(Fate.class);
  private final TreeSet<String> models = new TreeSet<>();

  /**
   * @param scored {@code segment_scores} of the split
   * @param annotations of any split
   */
  public EvaluatedVideos(String split, Dataset<Row> scored, Dataset<Row> annotations) {
    this.split = split;
    this.sorted = fates(split, scored, annotations).persist(StorageLevel.MEMORY_AND_DISK());
    sort();
  }

  /** One row per video with its {@code fate}; either side may be null. */
  public static Dataset<Row> fates(String split, Dataset<Row> scored, Dataset<Row> annotations) {
    Dataset<Row> videos =
        scored
            .groupBy("video_id")
            .agg(
                count(lit(1)).cast(DataTypes.IntegerType).as("segments"),
                max("segment_index").as("last_segment"),
                min("model").as("first_model"),
                max("model").as("last_model"));
    Dataset<Row> annotated = annotations.filter(col("split").equalTo(split)).drop("split");
    Column incomplete = col("last_segment").plus(1).notEqual(col("segments"));
    return videos
        .join(annotated, new String[] {"video_id"}, "full_outer")
        .withColumn(
            "fate",
            when(incomplete, Fate.INCOMPLETE_SCORES.name())
                .when(col("segments").isNull(), Fate.WITHOUT_SCORES.name())
                .when(col("anomalies").isNull(), Fate.WITHOUT_ANNOTATION.name())
                .when(FrameCounts.KNOWN, Fate.EVALUATED.name())
                .otherwise(Fate.WITHOUT_FRAME_TRUTH.name()));
  }

  /** Counts the videos of each fate. */
  private void sort() {
    for (Fate fate : Fate.values()) {
      fates.put(fate, Videos.NONE);
    }
    for (Row row :
        sorted
            .groupBy("fate")
            .agg(count(lit(1)), min("first_model"), max("last_model"))
            .collectAsList()) {
      Fate fate = Fate.valueOf(row.getString(0));
      Dataset<Row> videos = sorted.filter(col("fate").equalTo(fate.name()));
      fates.put(
          fate,
          new Videos(row.getLong(1), fate == Fate.EVALUATED ? List.of() : Missing.first(videos)));
      if (!row.isNullAt(2)) {
        models.add(row.getString(2));
        models.add(row.getString(3));
      }
    }
  }

  /**
   * Refuses videos that cannot be evaluated and warns of videos that are left out.
   *
   * @throws DataException for scores of several models, incomplete videos, annotated videos without
   *     scores, or if no video is left
   */
  public void check(boolean ignoreMissingScores, StageEvents events) {
    if (models.size() > 1) {
      throw refused(
          "its scores come from several models ("
              + models.first()
              + ", "
              + models.last()
              + "). Score all batches with one model: 'c2fpl score --write-mode overwrite'.");
    }
    Videos incomplete = fates.get(Fate.INCOMPLETE_SCORES);
    if (incomplete.count() > 0) {
      // The count would shift all frames after the gap.
      throw refused(
          "the scores of "
              + Words.count(incomplete.count(), "video")
              + " are not one for each segment ("
              + incomplete.named()
              + "). Run 'c2fpl score --write-mode overwrite'.");
    }
    Videos withoutScores = fates.get(Fate.WITHOUT_SCORES);
    if (withoutScores.count() > 0 && !ignoreMissingScores) {
      throw refused(
          Words.count(withoutScores.count(), "annotated video")
              + " without scores ("
              + withoutScores.named()
              + "). Ingest and score them, or leave them out with --missing-scores ignore.");
    }
    warn(events, withoutScores, "annotated video", "without scores");
    warn(events, fates.get(Fate.WITHOUT_ANNOTATION), "scored video", "without annotation");
    warn(
        events,
        fates.get(Fate.WITHOUT_FRAME_TRUTH),
        "annotated video",
        "without frame-level truth (not labelled normal, no anomalous frames)");
    if (videos() == 0) {
      throw refused(
          "no scored video has frame-level ground truth. Annotate its videos with 'c2fpl"
              + " annotate'.");
    }
  }

  /**
   * Warns of truth that is longer or shorter than the segments, and refuses it if much of it is
   * after the last segment: the figures would depend on one score per video.
   *
   * @param givenTail the user's choice for these frames; null without one
   */
  public void checkLengths(int framesPerSegment, TailPolicy givenTail, Consumer<String> doubts) {
    Column ofSegments = col("segments").cast(DataTypes.LongType).multiply(framesPerSegment);
    Column ofTruth = coalesce(col("frames"), ofSegments);
    Row sums =
        evaluated()
            .agg(
                count_if(abs(ofTruth.minus(ofSegments)).geq(framesPerSegment)),
                sum(ofTruth),
                sum(greatest(ofTruth.minus(ofSegments), lit(0L))),
                sum(ofSegments),
                sum(greatest(ofSegments.minus(ofTruth), lit(0L))))
            .first();
    if (sums.getLong(0) == 0) {
      return;
    }
    double after = share(sums.getLong(2), sums.getLong(1));
    String found =
        String.format(
            Locale.ROOT,
            "the length of %s differs from the segments by a segment or more: %.1f %% of the frames"
                + " of the truth are after the last segment, and %.1f %% of those of the segments"
                + " after the truth's end",
            Words.count(sums.getLong(0), "annotated video"),
            100 * after,
            100 * share(sums.getLong(4), sums.getLong(3)));
    if (after > MOST_AFTER && givenTail == null) {
      throw refused(
          found
              + ". Check the frame rate and the frames per segment; if the footage does end early,"
              + " decide about these frames: --tail drop leaves them out, --tail repeat gives them"
              + " the last segment's score.");
    }
    doubts.accept(
        found
            + ". The former "
            + (givenTail == TailPolicy.DROP ? "are left out" : "have the last segment's score")
            + ", the latter are not evaluated. Check the frame rate and the segment length.");
  }

  private static double share(long part, long whole) {
    return whole == 0 ? 0 : (double) part / whole;
  }

  private DataException refused(String found) {
    return new DataException("Cannot evaluate split " + split + ": " + found);
  }

  private void warn(StageEvents events, Videos videos, String noun, String without) {
    if (videos.count() > 0) {
      events.warned(
          "left out of the evaluation: "
              + Words.count(videos.count(), noun)
              + " of split "
              + split
              + " "
              + without
              + ": "
              + videos.named()
              + ".");
    }
  }

  /** The model that made all scores; null if there are no scores. */
  public String model() {
    return models.isEmpty() ? null : models.first();
  }

  /** The number of videos with both scores and truth. */
  public long videos() {
    return fates.get(Fate.EVALUATED).count();
  }

  /** Videos with scores and truth: {@code video_id}, {@code segments}, and their annotation. */
  public Dataset<Row> evaluated() {
    return evaluated(sorted);
  }

  /** The evaluated rows of {@link #fates}. */
  public static Dataset<Row> evaluated(Dataset<Row> fates) {
    return fates.filter(col("fate").equalTo(Fate.EVALUATED.name()));
  }

  /** Reports how many videos were left out, and the first of them. */
  public void describe(ObjectNode metrics) {
    fates.get(Fate.WITHOUT_SCORES).describe(metrics, "videos_without_scores");
    fates.get(Fate.WITHOUT_ANNOTATION).describe(metrics, "videos_without_annotations");
    fates.get(Fate.WITHOUT_FRAME_TRUTH).describe(metrics, "videos_without_frame_truth");
  }

  @Override
  public void close() {
    sorted.unpersist();
  }
}
