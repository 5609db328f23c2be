package org.c2fpl.score;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
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
import org.c2fpl.stage.OfModel;
import org.c2fpl.stage.Stage;
import org.c2fpl.stage.StageContext;
import org.c2fpl.stage.StageEvents.Figure;
import org.c2fpl.stage.StageOutputs;
import org.c2fpl.stage.Unit;
import org.c2fpl.stage.Words;
import org.c2fpl.workspace.Leaf;
import org.c2fpl.workspace.Manifest;
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
public final class ScoreStage extends Stage<ScoreStage.Options, ScoreStage.Result> {
  private static final String MODEL = "model";

  private static final StructType DETECTED =
      new StructType()
          .add("video_id", DataTypes.StringType, false)
          .add("start_frame", DataTypes.LongType, false)
          .add("end_frame", DataTypes.LongType, false)
          .add("peak_score", DataTypes.DoubleType, false)
          .add("mean_score", DataTypes.DoubleType, false);

  /**
   * @param splits the splits to score; empty for every ingested split
   * @param threshold of detections; null for the threshold stored with the model
   */
  public record Options(List<String> splits, Double threshold) implements StoredOptions {
    @Override
    public Map<String, Object> stored() {
      return Map.of("splits", splits, "threshold", threshold == null ? "of the model" : threshold);
    }
  }

  /**
   * The result for one batch.
   *
   * @param segments number of scored segments
   * @param model the model that scored them
   */
  public record Result(long segments, long detections, String model) implements OfModel {}

  private final List<String> batches;

  /** All batches. */
  public ScoreStage() {
    this(List.of());
  }

  /**
   * @param batches the batches to score; not part of the options, since the rows of a leaf do not
   *     depend on the other leaves; empty for all
   */
  public ScoreStage(List<String> batches) {
    super(
        "score",
        1,
        Set.of(Table.SEGMENTS, Table.POOLED_SEGMENTS, Table.VIDEOS),
        Set.of(Table.SEGMENT_SCORES, Table.DETECTIONS));
    this.batches = List.copyOf(batches);
  }

  @Override
  public List<Unit> units(StageContext context, Options options) {
    Workspace workspace = context.workspace();
    Scorer scorer = Scorer.current(workspace);
    List<Leaf> leaves =
        context.newFirst(Splits.segments(workspace, options.splits(), batches), Table.DETECTIONS);
    leaves.forEach(leaf -> ScoredSegments.requireShape(workspace, leaf, scorer.id, scorer.model));
    WriteMode mode = context.writeModeFor(leaves, Table.DETECTIONS);
    return leaves.stream().map(leaf -> unit(context, options, scorer, leaf, mode)).toList();
  }

  @Override
  protected Result result(List<Manifest> manifests) {
    Manifest scores = manifests.get(0);
    return new Result(scores.rows(), manifests.get(1).rows(), scores.inputs().get(MODEL));
  }

  /** Reports the batches that were scored by a model that is not in use. */
  @Override
  protected void ended(StageContext context, Options options) {
    ScoringModels.of(
            context,
            Splits.segments(context.workspace(), options.splits(), batches).stream()
                .map(leaf -> leaf.in(Table.SEGMENT_SCORES))
                .toList())
        .warn(context.events());
  }

  /**
   * The current model.
   *
   * @param fixedSegments bins to which a video is compressed before it is scored; 0 for none
   */
  private record Scorer(String id, DetectorModel model, int fixedSegments) {
    static Scorer current(Workspace workspace) {
      ModelStore store = new ModelStore(workspace);
      String id = store.requireCurrent();
      return new Scorer(
          id, store.load(id), store.training(id).path(SeenSegments.FIXED_SEGMENTS).asInt(0));
    }
  }

  private static Unit unit(
      StageContext context, Options options, Scorer scorer, Leaf segments, WriteMode mode) {
    Workspace workspace = context.workspace();
    Manifest manifest = workspace.require(segments, "Ingest it again.");
    double threshold = options.threshold() == null ? scorer.model.threshold() : options.threshold();
    Leaf scores = segments.in(Table.SEGMENT_SCORES);
    Leaf videos = segments.in(Table.VIDEOS);
    Unit unit =
        Unit.writing(scores, segments.in(Table.DETECTIONS))
            .size(manifest.rows())
            .parameter("threshold", threshold)
            .parameter("smooth", scorer.model.smooth())
            .input(MODEL, scorer.id)
            .input(segments, manifest)
            .input(videos, workspace.require(videos, "Ingest it again."));
    boolean another = isOfAnotherModel(workspace, scorer.id, scores, segments, videos);
    if (another) {
      unit.mayDiffer();
    }
    // Its scores are valid and were intended then: a retry by a scheduler must neither replace them
    // nor fail.
    return unit.mode(mode == WriteMode.SKIP && another ? WriteMode.KEEP : mode)
        .made(out -> write(context, scorer, segments, manifest, threshold, out));
  }

  /** Whether another model scored the current footage. */
  private static boolean isOfAnotherModel(
      Workspace workspace, String id, Leaf scores, Leaf... read) {
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
        .map(inputs -> inputs.get(MODEL))
        .filter(other -> !other.equals(id))
        .isPresent();
  }

  private static String write(
      StageContext context,
      Scorer scorer,
      Leaf segments,
      Manifest manifest,
      double threshold,
      StageOutputs out) {
    Workspace workspace = context.workspace();
    Leaf scores = segments.in(Table.SEGMENT_SCORES);
    NativeNeed.check(context, NativeNeed.scoring(scorer.model.architecture()));
    context
        .events()
        .noQuery(
            scores.toString(),
            "Parquet's own reader fills batches outside the heap, and ND4J's backend scores them:"
                + " an RDD, which Spark-RAPIDS does not see");
    long scored =
        out.writeShown(
            ScoredSegments.ofSegments(
                    context, List.of(segments), scorer.fixedSegments, scorer.model)
                .withColumn("model", lit(scorer.id)),
            scores);
    Splits.requireAll(segments, segments, workspace, scored);
    long found =
        out.write(
            detections(
                    out.staged(scores),
                    workspace.read(context.spark(), segments.in(Table.VIDEOS)),
                    threshold,
                    Splits.shape(manifest).framesPerSegment())
                .withColumn("model", lit(scorer.id)),
            segments.in(Table.DETECTIONS));
    out.figure(Figure.SCORED_SEGMENTS, scored);
    out.figure(Figure.DETECTIONS, found);
    return Words.count(scored, "segment")
        + " of "
        + segments
        + " with "
        + scorer.id
        + ", "
        + Words.count(found, "detection")
        + String.format(Locale.ROOT, " above %.4g", threshold);
  }

  /** Columns of {@code detections} except the model. */
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
