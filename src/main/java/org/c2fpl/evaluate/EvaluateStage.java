package org.c2fpl.evaluate;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
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
import org.c2fpl.errors.UsageException;
import org.c2fpl.evaluate.Yardsticks.Yardstick;
import org.c2fpl.method.evaluation.BootstrapSummary;
import org.c2fpl.method.evaluation.RankingMetrics;
import org.c2fpl.method.evaluation.SlicedMetrics;
import org.c2fpl.method.evaluation.TailPolicy;
import org.c2fpl.score.FrameRanking;
import org.c2fpl.score.ScoringModels;
import org.c2fpl.segments.Splits;
import org.c2fpl.stage.Console;
import org.c2fpl.stage.Doubts;
import org.c2fpl.stage.KeptTables;
import org.c2fpl.stage.StageContext;
import org.c2fpl.stage.StageListener;
import org.c2fpl.stage.StagePart;
import org.c2fpl.stats.FeatureProfileStage;
import org.c2fpl.workspace.Json;
import org.c2fpl.workspace.Leaf;
import org.c2fpl.workspace.LeafTransaction;
import org.c2fpl.workspace.ManifestDraft;
import org.c2fpl.workspace.StoredOptions;
import org.c2fpl.workspace.Table;
import org.c2fpl.workspace.Workspace;

/**
 * {@code segment_scores} and {@code annotations} of a split → {@code evaluation}: how well the
 * detector, and on the same frames yardsticks that need neither labels nor training, find anomalous
 * frames; and how good the pseudo-labels were that it learned from.
 *
 * <p>Frames are counted a segment, never exploded; memory is bounded by the longest video and
 * {@link FrameBootstrap} a task, and by {@link FrameRanking} and the sample of training segments on
 * the driver.
 */
public final class EvaluateStage {
  public static final String NAME = "evaluate";
  public static final int ALGORITHM = 1;
  private static final String DETECTOR = "score";
  private static final String ANNOTATE_FIRST = "Run 'c2fpl annotate' first.";

  /** What to do with annotated videos that have no scores. */
  public enum MissingScores {
    FAIL,
    IGNORE;

    @Override
    public String toString() {
      return this == FAIL ? "fail" : "ignore";
    }
  }

  /**
   * @param split the split to evaluate, {@code test} by default
   * @param givenTail what to do with frames after the last segment; null for {@link
   *     TailPolicy#REPEAT} where they are few
   * @param trainSplit the split that was learned from
   * @param bootstrap replicates of resampled videos behind the intervals; 0 for none
   * @param knnSample training segments that the yardstick of nearest neighbours samples; 0 for none
   */
  public record Options(
      String split,
      TailPolicy givenTail,
      MissingScores missingScores,
      String trainSplit,
      int bootstrap,
      int knnSample)
      implements StoredOptions {
    public static final int DEFAULT_BOOTSTRAP = 200;
    public static final int DEFAULT_KNN_SAMPLE = 2000;
    private static final int MAX_BOOTSTRAP = 10_000;
    private static final int MAX_KNN_SAMPLE = 100_000;

    public Options {
      Leaf.checkName("--split", split);
      Leaf.checkName("--train-split", trainSplit);
      check("--bootstrap", bootstrap, MAX_BOOTSTRAP, "replicates");
      check("--knn-sample", knnSample, MAX_KNN_SAMPLE, "segments");
    }

    @Override
    public Map<String, Object> stored() {
      return Map.of(
          "split",
          split,
          "tail",
          tail().toString(),
          "missing_scores",
          missingScores.toString(),
          "train_split",
          trainSplit,
          "bootstrap",
          bootstrap,
          "knn_sample",
          knnSample);
    }

    TailPolicy tail() {
      return givenTail == null ? TailPolicy.REPEAT : givenTail;
    }

    /** What was learned from split {@code train}, with all figures. */
    public Options(String split, TailPolicy tail, MissingScores missingScores) {
      this(split, tail, missingScores, "train", DEFAULT_BOOTSTRAP, DEFAULT_KNN_SAMPLE);
    }

    private static void check(String option, int value, int highest, String unit) {
      if (value < 0 || value > highest) {
        throw new UsageException(
            String.format(
                Locale.ROOT,
                "Cannot use %s %d: it is no number of %s from 0 to %d. Give such a number.",
                option,
                value,
                unit,
                highest));
      }
    }
  }

  private final StageContext context;
  private final Options options;
  private final Workspace workspace;
  private final Yardsticks yardsticks;
  private final PseudoLabelQuality pseudoLabels;
  private final ModelStore models;

  private EvaluateStage(StageContext context, Options options) {
    this.context = context;
    this.options = options;
    this.workspace = context.workspace();
    this.yardsticks =
        new Yardsticks(context, options.split(), options.trainSplit(), options.knnSample());
    this.pseudoLabels = new PseudoLabelQuality(context, options.trainSplit());
    this.models = new ModelStore(workspace);
  }

  /**
   * Writes the {@code evaluation} folder.
   *
   * @throws DataException for absent tables, annotated videos without scores, scores of several
   *     models, and scores that are no complete videos
   */
  public static void run(StageContext context, Options options) {
    try {
      new EvaluateStage(context, options).run();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What is computed of the detector's scores; the yardsticks' are ranked with them. */
  public static List<StagePart> plan(StageContext context, Options options, KeptTables kept) {
    return new EvaluateStage(context, options).parts(kept);
  }

  private List<StagePart> parts(KeptTables kept) {
    Leaf annotated = Leaf.of(Table.ANNOTATIONS);
    Dataset<Row> scored = workspace.read(context.spark(), scores());
    workspace.require(annotated, ANNOTATE_FIRST);
    FrameCounts counter = new FrameCounts(framesPerSegment(), options.tail());
    Dataset<Row> fates =
        EvaluatedVideos.fates(options.split(), scored, workspace.read(context.spark(), annotated));
    List<StagePart> parts = new ArrayList<>();
    parts.add(StagePart.query("scored videos beside annotated ones", fates));
    Dataset<Row> frames =
        counter.frames(scored, counter.kinds(EvaluatedVideos.evaluated(kept.keep(fates))));
    parts.add(
        new StagePart(
            "the frames behind each score",
            frames,
            "frames are counted by a function of a video's ranges, which is plain Java"));
    kept.keep(frames);
    parts.add(
        StagePart.query(
            "frames by score, in descending order", FrameRanking.groups(Map.of(DETECTOR, frames))));
    parts.add(
        StagePart.outside(
            "AUC, AP, curves, intervals",
            "integer counts and exact sums over the sorted groups, in RDDs: both passes have to see"
                + " the same partitions"));
    parts.add(StagePart.query("false alarms", FalseAlarms.counts(frames, null)));
    parts.add(StagePart.query("per_video.csv", EvaluationFiles.videos(frames)));
    if (options.knnSample() > 0) {
      parts.add(
          StagePart.outside(
              "yardstick knn", "distances to a broadcast sample, a plain Java function a row"));
    }
    return parts;
  }

  private void run() throws IOException {
    Instant started = Instant.now();
    String split = options.split();
    List<Leaf> scores = scores();
    ScoringModels scoredBy = ScoringModels.of(context, scores);
    if (scoredBy.ids().size() > 1) {
      throw new DataException(
          "Cannot evaluate split "
              + split
              + ": its scores come from several models, whose scores do not compare: "
              + scoredBy.named()
              + ". Score all batches with the one in use: '"
              + scoredBy.again()
              + "'.");
    }
    scoredBy.warn(context.console());
    scoredBy.tell(context.listener());
    Leaf target = Leaf.of(Table.EVALUATION);
    try (LeafTransaction transaction =
        workspace.begin(draft(scores, scoredBy), context.writeMode(), List.of(target))) {
      if (transaction.upToDate()) {
        context.console().skipped(NAME, "evaluation is up to date");
        return;
      }
      Dataset<Row> scored = workspace.read(context.spark(), scores);
      Dataset<Row> annotations = workspace.read(context.spark(), Leaf.of(Table.ANNOTATIONS));
      try (EvaluatedVideos videos = new EvaluatedVideos(split, scored, annotations)) {
        videos.check(options.missingScores() == MissingScores.IGNORE, context.console());
        videos.checkLengths(
            framesPerSegment(),
            options.givenTail(),
            new Doubts(context.console(), transaction.details(target))::add);
        String summary = write(transaction, target, scored, annotations, videos);
        context.console().stage(NAME, Duration.between(started, Instant.now()), summary);
      }
    }
  }

  private List<Leaf> scores() {
    return workspace.requireLeaves(
        Table.SEGMENT_SCORES,
        options.split(),
        "Run 'c2fpl score --split " + options.split() + "' first.");
  }

  private int framesPerSegment() {
    return Splits.sameShape(workspace, Splits.segments(workspace, options.split()))
        .framesPerSegment();
  }

  private ManifestDraft draft(List<Leaf> scores, ScoringModels scoredBy) {
    ManifestDraft draft =
        ManifestDraft.of(NAME, ALGORITHM, context.seed()).parameters(options.stored());
    if (options.bootstrap() > 0) {
      draft.parameter("seed", context.seed());
    }
    // A model's id is that of its coefficients: its threshold may be chosen anew.
    scoredBy.ids().stream()
        .findFirst()
        .flatMap(models::threshold)
        .ifPresent(threshold -> draft.parameter("model_threshold", threshold));
    List<Leaf> inputs = new ArrayList<>(scores);
    inputs.add(Leaf.of(Table.ANNOTATIONS));
    inputs.addAll(yardsticks.inputs());
    inputs.addAll(pseudoLabels.inputs());
    for (Leaf leaf : inputs) {
      draft.input(leaf, workspace.require(leaf, ANNOTATE_FIRST));
    }
    return draft;
  }

  /** Returns the one line for people. */
  private String write(
      LeafTransaction transaction,
      Leaf target,
      Dataset<Row> scored,
      Dataset<Row> annotations,
      EvaluatedVideos videos)
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
    Dataset<Row> frames = counter.frames(scored, kept).persist(StorageLevel.MEMORY_AND_DISK());
    MetricsJson figures = new MetricsJson(json);
    Map<String, SlicedMetrics> rankings;
    SlicedMetrics metrics;
    try {
      rankings = rank(counter, kept, scored, frames);
      metrics = rankings.remove(DETECTOR);
      EvaluationFiles files =
          new EvaluationFiles(workspace.fileSystem(), transaction.staging(target));
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
    transaction.rows(target, videos.videos());
    transaction.details(target).setAll(json);
    transaction.commit();
    if (metrics.frames().auc() != null) {
      context.listener().set(StageListener.Figure.FRAME_AUC, metrics.frames().auc());
    }
    if (metrics.frames().ap() != null) {
      context.listener().set(StageListener.Figure.FRAME_AP, metrics.frames().ap());
    }
    yardsticks
        .unavailable()
        .forEach(
            (name, why) -> context.console().warning("no yardstick " + name + ": " + why + "."));
    return summary(metrics.frames(), rankings, videos);
  }

  /** The metrics of the detector and, in the order of yardsticks, of the others. */
  private Map<String, SlicedMetrics> rank(
      FrameCounts counter, Dataset<Row> kinds, Dataset<Row> scored, Dataset<Row> frames) {
    yardsticks.make(kinds, scored, FeatureProfileStage.read(context));
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
    text.append(Console.count(videos.videos(), "video")).append(", ");
    text.append(Console.count(metrics.totals().frames(), "frame")).append(", ");
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
