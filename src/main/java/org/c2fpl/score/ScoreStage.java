package org.c2fpl.score;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.c2fpl.detector.DetectorModel;
import org.c2fpl.detector.ModelStore;
import org.c2fpl.memory.NativeNeed;
import org.c2fpl.method.detection.Detection;
import org.c2fpl.segments.SeenSegments;
import org.c2fpl.segments.Splits;
import org.c2fpl.stage.Console;
import org.c2fpl.stage.Progress;
import org.c2fpl.stage.StageContext;
import org.c2fpl.stage.StageListener;
import org.c2fpl.stage.StagePart;
import org.c2fpl.stage.Tables;
import org.c2fpl.workspace.Leaf;
import org.c2fpl.workspace.LeafTransaction;
import org.c2fpl.workspace.Manifest;
import org.c2fpl.workspace.ManifestDraft;
import org.c2fpl.workspace.StoredOptions;
import org.c2fpl.workspace.Table;
import org.c2fpl.workspace.Workspace;
import org.c2fpl.workspace.WriteMode;

/**
 * {@code segments}, {@code model} → {@code segment_scores}, {@code detections}, leaf by leaf.
 *
 * <p>The model is broadcast once; a task holds one batch of segments. A detection is a run of
 * consecutive segments scoring above the threshold.
 */
public final class ScoreStage {
  public static final String NAME = "score";
  public static final int ALGORITHM = 1;
  private static final StructType DETECTED =
      new StructType()
          .add("video_id", DataTypes.StringType, false)
          .add("start_frame", DataTypes.LongType, false)
          .add("end_frame", DataTypes.LongType, false)
          .add("peak_score", DataTypes.DoubleType, false)
          .add("mean_score", DataTypes.DoubleType, false);

  /**
   * @param splits the splits to do; empty means every ingested one
   * @param threshold of detections; null for the one stored with the model
   */
  public record Options(List<String> splits, Double threshold) implements StoredOptions {
    @Override
    public Map<String, Object> stored() {
      return Map.of("splits", splits, "threshold", threshold == null ? "of the model" : threshold);
    }
  }

  private final StageContext context;
  private final Workspace workspace;
  private final Options options;
  private final List<String> batches;
  private final String id;
  private final DetectorModel model;

  /** What is kept, though it would be other now, and not by its model alone. */
  private final List<Leaf> stale = new ArrayList<>();

  /** Bins that a video is compressed to before it is scored; 0 for none. */
  private final int fixedSegments;

  private ScoreStage(StageContext context, Options options, List<String> batches) {
    this.context = context;
    this.workspace = context.workspace();
    this.options = options;
    this.batches = batches;
    ModelStore store = new ModelStore(workspace);
    this.id = store.requireCurrent();
    this.model = store.load(id);
    this.fixedSegments = store.training(id).path(SeenSegments.FIXED_SEGMENTS).asInt(0);
  }

  public static void run(StageContext context, Options options) {
    run(context, options, List.of());
  }

  /**
   * Does these batches of the splits alone.
   *
   * @param batches no part of the options: a leaf's rows do not depend on which others are done
   *     with it; empty means all
   */
  public static void run(StageContext context, Options options, List<String> batches) {
    new ScoreStage(context, options, batches).run();
  }

  /** What is computed for the first leaf; the others are alike. */
  public static List<StagePart> plan(StageContext context, Options options) {
    Workspace workspace = context.workspace();
    List<Leaf> leaves = Splits.segments(workspace, options.splits());
    Leaf segments = leaves.get(0);
    Leaf scores = segments.in(Table.SEGMENT_SCORES);
    Leaf detections = segments.in(Table.DETECTIONS);
    Leaf videos = segments.in(Table.VIDEOS);
    workspace.require(videos, "Ingest it again.");
    List<StagePart> parts = new ArrayList<>();
    parts.add(
        StagePart.outside(
            scores + (leaves.size() == 1 ? "" : " (the other leaves alike)"),
            "Parquet's own reader fills batches outside the heap, and ND4J's backend scores them:"
                + " an RDD, of which Spark-RAPIDS knows nothing"));
    parts.add(
        workspace.manifest(scores).isEmpty()
            ? StagePart.outside(
                detections.toString(),
                "cannot be told yet: " + scores + " is not there. Run 'c2fpl score' first")
            : StagePart.query(
                detections.toString(),
                Tables.written(
                    detections(
                            workspace.read(context.spark(), scores),
                            workspace.read(context.spark(), videos),
                            0.5, // A threshold changes no plan.
                            Splits.shape(workspace.require(segments, "Ingest it again."))
                                .framesPerSegment())
                        .withColumn("model", lit("")),
                    Table.DETECTIONS)));
    return parts;
  }

  private void run() {
    List<Leaf> leaves =
        context.newFirst(Splits.segments(workspace, options.splits(), batches), Table.DETECTIONS);
    for (Leaf leaf : leaves) {
      ScoredSegments.requireShape(workspace, leaf, id, model);
    }
    WriteMode mode = context.writeModeFor(leaves, Table.DETECTIONS);
    try (Progress progress =
        context.console().progress(NAME, Splits.rows(workspace, leaves), "segments")) {
      for (Leaf leaf : leaves) {
        write(leaf, mode, progress);
      }
    }
    ScoringModels.of(context, leaves.stream().map(leaf -> leaf.in(Table.SEGMENT_SCORES)).toList())
        .warn(context.console());
    if (!stale.isEmpty()) {
      context
          .console()
          .warning(
              Console.count(stale.size(), "batch", "batches")
                  + " with scores of other footage, or by another threshold, than there are now: "
                  + Splits.named(stale)
                  + ". 'c2fpl score --write-mode refresh' scores them again.");
    }
  }

  /** The other model that scored the footage as it is; empty where none did. */
  private Optional<String> anotherModel(Leaf scores, Leaf... read) {
    return workspace
        .manifest(scores)
        .map(Manifest::inputs)
        .filter(
            inputs ->
                Arrays.stream(read)
                    .allMatch(
                        leaf ->
                            workspace
                                .require(leaf, "Ingest it again.")
                                .fingerprint()
                                .equals(inputs.get(leaf.path()))))
        .map(inputs -> inputs.get("model"))
        .filter(other -> !other.equals(id));
  }

  private void write(Leaf segments, WriteMode mode, Progress progress) {
    Instant start = Instant.now();
    Manifest manifest = workspace.require(segments, "Ingest it again.");
    double threshold = options.threshold() == null ? model.threshold() : options.threshold();
    Leaf scores = segments.in(Table.SEGMENT_SCORES);
    Leaf detections = segments.in(Table.DETECTIONS);
    Leaf videos = segments.in(Table.VIDEOS);
    ManifestDraft draft =
        ManifestDraft.of(NAME, ALGORITHM, context.seed())
            .parameter("threshold", threshold)
            .parameter("smooth", model.smooth())
            .input("model", id)
            .input(segments, manifest)
            .input(videos, workspace.require(videos, "Ingest it again."));
    Optional<String> another = anotherModel(scores, segments, videos);
    // Its scores are right, and those that were decided on then: no scheduler's second try
    // replaces them, or fails.
    WriteMode ofBatch = mode == WriteMode.SKIP && another.isPresent() ? WriteMode.KEEP : mode;
    try (LeafTransaction transaction =
        workspace.begin(draft, ofBatch, List.of(scores, detections))) {
      if (transaction.upToDate()) {
        progress.skip(manifest.rows());
        if (transaction.stale() && another.isEmpty()) {
          stale.add(segments);
        }
        context.listener().model(another.orElse(id));
        context
            .console()
            .skipped(NAME, scores + (transaction.stale() ? " is kept" : " is up to date"));
        return;
      }
      NativeNeed.check(context, NativeNeed.scoring(model.architecture()));
      long scored =
          progress.rows(
              context.spark(),
              () ->
                  Tables.write(
                      ScoredSegments.ofSegments(context, List.of(segments), fixedSegments, model)
                          .withColumn("model", lit(id)),
                      transaction,
                      scores));
      Splits.requireAll(segments, segments, workspace, scored);
      long found =
          Tables.write(
              detections(
                      Tables.staged(context.spark(), transaction, scores),
                      workspace.read(context.spark(), videos),
                      threshold,
                      Splits.shape(manifest).framesPerSegment())
                  .withColumn("model", lit(id)),
              transaction,
              detections);
      transaction.commit();
      context.listener().add(StageListener.Figure.SCORED_SEGMENTS, scored);
      context.listener().add(StageListener.Figure.DETECTIONS, found);
      context.listener().model(id);
      context
          .console()
          .stage(
              NAME,
              Duration.between(start, Instant.now()),
              Console.count(scored, "segment")
                  + " of "
                  + segments
                  + " with "
                  + id
                  + ", "
                  + Console.count(found, "detection")
                  + String.format(Locale.ROOT, " above %.4g", threshold));
    }
  }

  /** Columns of {@code detections} but the model. */
  private static Dataset<Row> detections(
      Dataset<Row> scores, Dataset<Row> videos, double threshold, int framesPerSegment) {
    MapPartitionsFunction<Row, Row> merge =
        rows -> frames(new VideoDetections(rows, threshold), framesPerSegment);
    return ScoredSegments.byVideo(scores)
        .mapPartitions(merge, Encoders.row(DETECTED))
        .join(
            videos.select("video_id", "fps"),
            scala.collection.JavaConverters.asScalaBuffer(List.of("video_id")).toSeq(),
            "left")
        .withColumn("start_seconds", col("start_frame").divide(col("fps")))
        .withColumn("end_seconds", col("end_frame").divide(col("fps")));
  }

  private static Iterator<Row> frames(VideoDetections detections, int framesPerSegment) {
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return detections.hasNext();
      }

      @Override
      public Row next() {
        VideoDetections.OfVideo next = detections.next();
        Detection detection = next.detection();
        return RowFactory.create(
            next.videoId(),
            detection.startFrame(framesPerSegment),
            detection.endFrame(framesPerSegment),
            detection.peakScore(),
            detection.meanScore());
      }
    };
  }
}
