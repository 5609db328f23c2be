package org.c2fpl.evaluate;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;
import org.c2fpl.detector.ModelStore;
import org.c2fpl.errors.DataException;
import org.c2fpl.evaluate.Yardsticks.Yardstick;
import org.c2fpl.method.evaluation.BootstrapSummary;
import org.c2fpl.method.evaluation.RankingMetrics;
import org.c2fpl.method.evaluation.SlicedMetrics;
import org.c2fpl.score.FrameRanking;
import org.c2fpl.score.ScoringModels;
import org.c2fpl.segments.Splits;
import org.c2fpl.stage.StageContext;
import org.c2fpl.stage.StageEvents;
import org.c2fpl.stage.StageEvents.Figure;
import org.c2fpl.stage.StageOutputs;
import org.c2fpl.stage.Unit;
import org.c2fpl.stage.Words;
import org.c2fpl.stats.ProfileStage;
import org.c2fpl.workspace.Json;
import org.c2fpl.workspace.Leaf;
import org.c2fpl.workspace.Table;
import org.c2fpl.workspace.Workspace;

/**
 * One evaluation of a split: ranks the detector and its yardsticks on the same frames, and measures
 * the pseudo-labels.
 */
final class Evaluation {
  private static final String DETECTOR = "score";
  private static final Leaf TARGET = Leaf.of(Table.EVALUATION);
  private static final Leaf ANNOTATIONS = Leaf.of(Table.ANNOTATIONS);

  private final StageContext context;
  private final EvaluateStage.Options options;
  private final Workspace workspace;
  private final Yardsticks yardsticks;
  private final PseudoLabelQuality pseudoLabels;
  private final ModelStore models;

  Evaluation(StageContext context, EvaluateStage.Options options) {
    this.context = context;
    this.options = options;
    this.workspace = context.workspace();
    this.yardsticks =
        new Yardsticks(context, options.split(), options.trainSplit(), options.knnSample());
    this.pseudoLabels = new PseudoLabelQuality(context, options.trainSplit());
    this.models = new ModelStore(workspace);
  }

  /**
   * Inspects the inputs.
   *
   * @throws DataException for missing tables, and scores of several models
   */
  Unit unit() {
    String split = options.split();
    List<Leaf> scores =
        workspace.requireLeaves(
            Table.SEGMENT_SCORES, split, "Run 'c2fpl score --split " + split + "' first.");
    ScoringModels scoredBy = ScoringModels.of(context, scores);
    if (scoredBy.ids().size() > 1) {
      throw new DataException(
          "Cannot evaluate split "
              + split
              + ": its scores come from several models and are not comparable: "
              + scoredBy.named()
              + ". Score all batches with the current model: '"
              + scoredBy.again()
              + "'.");
    }
    scoredBy.warn(context.events());
    Unit unit = Unit.writing(TARGET).parameters(options.stored());
    // The id of a model covers only its coefficients, so its threshold may be chosen again.
    scoredBy.ids().stream()
        .findFirst()
        .flatMap(models::threshold)
        .ifPresent(threshold -> unit.parameter("model_threshold", threshold));
    List<Leaf> inputs = new ArrayList<>(scores);
    inputs.add(ANNOTATIONS);
    inputs.addAll(yardsticks.inputs());
    inputs.addAll(pseudoLabels.inputs());
    return unit.inputs(workspace, inputs, "Run 'c2fpl annotate' first.")
        .made(out -> evaluate(scores, out));
  }

  private String evaluate(List<Leaf> scores, StageOutputs out) {
    Dataset<Row> scored = workspace.read(context.spark(), scores);
    Dataset<Row> annotations = workspace.read(context.spark(), ANNOTATIONS);
    context
        .events()
        .query(
            "scored videos joined with annotated ones",
            () -> EvaluatedVideos.fates(options.split(), scored, annotations));
    try (EvaluatedVideos videos = new EvaluatedVideos(options.split(), scored, annotations)) {
      videos.check(options.missingScores() == EvaluateStage.MissingScores.IGNORE, context.events());
      videos.checkLengths(framesPerSegment(), options.givenTail(), out.doubts(TARGET)::add);
      return write(out, scored, annotations, videos);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private int framesPerSegment() {
    return Splits.sameShape(workspace, Splits.segments(workspace, options.split()))
        .framesPerSegment();
  }

  /** Evaluates; returns the line for people. */
  private String write(
      StageOutputs out, Dataset<Row> scored, Dataset<Row> annotations, EvaluatedVideos videos)
      throws IOException {
    int framesPerSegment = framesPerSegment();
    ObjectNode json = Json.object();
    json.put("split", options.split());
    json.put("model", videos.model());
    json.put("tail", options.tail().toString());
    json.put("frames_per_segment", framesPerSegment);
    json.put("videos", videos.videos());

    FrameCounts counter = new FrameCounts(framesPerSegment, options.tail());
    Dataset<Row> kinds = counter.kinds(videos.evaluated());
    List<Row> classes = FrameCounts.classes(kinds);
    Dataset<Row> kept = FrameCounts.withClasses(kinds, classes);
    Dataset<Row> frames = counter.frames(scored, kept);
    StageEvents events = context.events();
    events.query(
        "the frames of each score",
        () -> frames,
        "a plain Java function counts frames from the ranges of a video");
    frames.persist(StorageLevel.MEMORY_AND_DISK());
    events.query(
        "frames by score, in descending order",
        () -> FrameRanking.groups(Map.of(DETECTOR, frames)));
    events.noQuery(
        "AUC, AP, curves, intervals",
        "integer counts and exact sums over the sorted groups, in RDDs: both passes have to see"
            + " the same partitions");
    events.query("false alarms", () -> FalseAlarms.counts(frames, null));
    events.query("per_video.csv", () -> EvaluationFiles.videos(frames));
    if (options.knnSample() > 0) {
      events.noQuery(
          "yardstick knn", "distances to a broadcast sample, in a plain Java function per row");
    }
    MetricsJson figures = new MetricsJson(json);
    Map<String, SlicedMetrics> rankings;
    SlicedMetrics metrics;
    try {
      rankings = rank(counter, kept, scored, frames);
      metrics = rankings.remove(DETECTOR);
      EvaluationFiles files = new EvaluationFiles(workspace.fileSystem(), out.folder(TARGET));
      figures.ranking(metrics);
      figures.videos(files.perVideo(frames));
      figures.falseAlarms(FalseAlarms.count(frames, models.threshold(videos.model()).orElse(null)));
      figures.bootstrap(options.bootstrap(), context.seed(), bootstrap(frames, metrics.frames()));
      figures.classes(classes, metrics.classes());
      figures.yardsticks(rankings, yardsticks.unavailable());
      figures.pseudoLabels(pseudoLabels.describe(annotations, counter));
      videos.describe(json);
      figures.finish();
      files.metrics(json);
      files.curves(metrics.frames());
      files.yardstickCurves(rankings);
    } finally {
      frames.unpersist();
    }
    out.rows(TARGET, videos.videos());
    out.details(TARGET).setAll(json);
    if (metrics.frames().auc() != null) {
      out.figure(Figure.FRAME_AUC, metrics.frames().auc());
    }
    if (metrics.frames().ap() != null) {
      out.figure(Figure.FRAME_AP, metrics.frames().ap());
    }
    yardsticks
        .unavailable()
        .forEach((name, why) -> context.events().warned("no yardstick " + name + ": " + why + "."));
    return summary(metrics.frames(), rankings, videos);
  }

  /** The metrics of the detector and, in the order of yardsticks, of the others. */
  private Map<String, SlicedMetrics> rank(
      FrameCounts counter, Dataset<Row> kinds, Dataset<Row> scored, Dataset<Row> frames) {
    yardsticks.make(kinds, scored, ProfileStage.read(context));
    Map<String, Dataset<Row>> scorings = new LinkedHashMap<>();
    yardsticks
        .found()
        .forEach((name, each) -> scorings.put(name, counter.frames(each.scores(), kinds)));
    scorings.put(DETECTOR, frames);
    Map<String, SlicedMetrics> ranked = FrameRanking.rank(scorings);
    Map<String, SlicedMetrics> ordered = new LinkedHashMap<>();
    scorings.keySet().forEach(name -> ordered.put(name, ranked.get(name)));
    yardsticks
        .found()
        .forEach(
            (name, each) -> checkSameFrames(name, each, ranked.get(name), ranked.get(DETECTOR)));
    return ordered;
  }

  private BootstrapSummary bootstrap(Dataset<Row> frames, RankingMetrics metrics) {
    return options.bootstrap() == 0
        ? null
        : FrameBootstrap.intervals(frames, metrics.curve(), options.bootstrap(), context.seed());
  }

  private void checkSameFrames(
      String name, Yardstick yardstick, SlicedMetrics found, SlicedMetrics detector) {
    if (!found.frames().totals().equals(detector.frames().totals())) {
      throw new DataException(
          "Cannot compare the scores of split "
              + options.split()
              + " with "
              + name
              + ": "
              + yardstick.table()
              + " stand for "
              + found.frames().totals().frames()
              + " frames and segment_scores for "
              + detector.frames().totals().frames()
              + ". Run 'c2fpl stats' and 'c2fpl score' on the same batches.");
    }
  }

  private String summary(
      RankingMetrics metrics, Map<String, SlicedMetrics> yardsticks, EvaluatedVideos videos) {
    StringBuilder text = new StringBuilder(options.split()).append(": frame AUC ");
    text.append(figure(metrics.auc())).append(", AP ").append(figure(metrics.ap()));
    if (metrics.undefined() != null) {
      text.append(" (").append(metrics.undefined()).append(')');
    }
    text.append(" by ").append(videos.model()).append("; without training: AUC ");
    text.append(figureOf(yardsticks.get(Yardsticks.NORM))).append(" by the norm, ");
    text.append(figureOf(yardsticks.get(Yardsticks.ONE_MINUS_P))).append(" by 1 − p; ");
    text.append(Words.count(videos.videos(), "video")).append(", ");
    text.append(Words.count(metrics.totals().frames(), "frame")).append(", ");
    text.append(String.format(Locale.ROOT, "%,d anomalous", metrics.totals().positives()));
    return text.toString();
  }

  private static String figureOf(SlicedMetrics metrics) {
    return figure(metrics == null ? null : metrics.frames().auc());
  }

  private static String figure(Double value) {
    return value == null ? "undefined" : String.format(Locale.ROOT, "%.4f", value);
  }
}
