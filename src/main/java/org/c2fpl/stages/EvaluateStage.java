package org.c2fpl.stages;

import static org.apache.spark.sql.functions.abs;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.size;
import static org.apache.spark.sql.functions.udf;
import static org.apache.spark.sql.functions.when;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.api.java.UDF5;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.storage.StorageLevel;
import org.c2fpl.errors.DataException;
import org.c2fpl.method.evaluation.CurvePoint;
import org.c2fpl.method.evaluation.FrameTruth;
import org.c2fpl.method.evaluation.RankingMetrics;
import org.c2fpl.method.evaluation.SegmentFrames;
import org.c2fpl.method.evaluation.TailPolicy;
import org.c2fpl.workspace.Json;
import org.c2fpl.workspace.Leaf;
import org.c2fpl.workspace.LeafTransaction;
import org.c2fpl.workspace.ManifestDraft;
import org.c2fpl.workspace.Table;
import org.c2fpl.workspace.Workspace;
import scala.collection.Seq;

/**
 * {@code segment_scores} and {@code annotations} of a split → {@code evaluation}: frame-level AUC
 * and AP of the detector and, on the same frames, of two yardsticks that need neither labels nor
 * training.
 *
 * <p>Frames are counted a segment ({@link FrameTruth}), never exploded; memory is bounded by the
 * longest video a task and by {@link FrameRanking} on the driver.
 */
public final class EvaluateStage {
  private static final String NAME = "evaluate";
  private static final StructType FRAME_COUNTS =
      new StructType()
          .add("positives", DataTypes.LongType, false)
          .add("negatives", DataTypes.LongType, false);
  private static final String DETECTOR = "score";
  private static final String NORM = "norm";
  private static final String ONE_MINUS_P = "one_minus_p";

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
   * @param tail what to do with frames behind the last segment, {@link TailPolicy#REPEAT} by
   *     default
   */
  public record Options(String split, TailPolicy tail, MissingScores missingScores) {
    public Options {
      Leaf.checkName("--split", split);
    }
  }

  /** What becomes of a video, in the order in which it is decided. */
  private enum Fate {
    INCOMPLETE_SCORES,
    WITHOUT_SCORES,
    WITHOUT_ANNOTATION,
    WITHOUT_FRAME_TRUTH,
    EVALUATED
  }

  /** Videos of one fate: how many, and the first ten ids. */
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

  private final StageContext context;
  private final Options options;
  private final Workspace workspace;

  private EvaluateStage(StageContext context, Options options) {
    this.context = context;
    this.options = options;
    this.workspace = context.workspace();
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

  private void run() throws IOException {
    Instant started = Instant.now();
    String split = options.split();
    List<Leaf> scores =
        workspace.requireLeaves(
            Table.SEGMENT_SCORES, split, "Run 'c2fpl score --split " + split + "' first.");
    List<Leaf> norms = workspace.leaves(Table.SEGMENT_NORMS, split);
    Leaf annotations = Leaf.of(Table.ANNOTATIONS);
    Leaf nullModel = Leaf.of(Table.NULL_MODEL);
    Leaf target = Leaf.of(Table.EVALUATION);
    List<Leaf> inputs = new ArrayList<>(scores);
    inputs.addAll(norms);
    inputs.add(annotations);
    inputs.addAll(workspace.leaves(Table.NULL_MODEL));
    ManifestDraft draft =
        ManifestDraft.of(NAME, context.seed())
            .parameter("split", split)
            .parameter("tail", options.tail().toString())
            .parameter("missing_scores", options.missingScores().toString());
    for (Leaf leaf : inputs) {
      draft.input(leaf, workspace.require(leaf, "Run 'c2fpl annotate' first."));
    }
    try (LeafTransaction transaction =
        workspace.begin(draft, context.writeMode(), List.of(target))) {
      if (transaction.upToDate()) {
        context.console().skipped(NAME, "evaluation is up to date");
        return;
      }
      int framesPerSegment =
          Splits.sameShape(workspace, Splits.segments(workspace, split)).framesPerSegment();
      Dataset<Row> scored = workspace.read(context.spark(), scores);
      Dataset<Row> truth =
          truth(scored, workspace.read(context.spark(), annotations))
              .persist(StorageLevel.MEMORY_AND_DISK());
      try {
        write(transaction, target, scored, truth, norms, nullModel, framesPerSegment, started);
      } finally {
        truth.unpersist();
      }
    }
  }

  /**
   * Scored videos of the split side by side with annotations: a row a video with its {@code fate};
   * either side may be null.
   */
  private Dataset<Row> truth(Dataset<Row> scored, Dataset<Row> annotations) {
    Dataset<Row> videos =
        scored
            .groupBy("video_id")
            .agg(
                count(lit(1)).cast(DataTypes.IntegerType).as("segments"),
                max("segment_index").as("last_segment"),
                min("model").as("first_model"),
                max("model").as("last_model"));
    Dataset<Row> annotated =
        annotations.filter(col("split").equalTo(options.split())).drop("split");
    Column incomplete = col("last_segment").plus(1).notEqual(col("segments"));
    Column known = size(col("anomalies")).gt(0).or(col("label").eqNullSafe(0));
    return videos
        .join(annotated, new String[] {"video_id"}, "full_outer")
        .withColumn(
            "fate",
            when(incomplete, Fate.INCOMPLETE_SCORES.name())
                .when(col("segments").isNull(), Fate.WITHOUT_SCORES.name())
                .when(col("anomalies").isNull(), Fate.WITHOUT_ANNOTATION.name())
                .when(known, Fate.EVALUATED.name())
                .otherwise(Fate.WITHOUT_FRAME_TRUTH.name()));
  }

  private void write(
      LeafTransaction transaction,
      Leaf target,
      Dataset<Row> scored,
      Dataset<Row> truth,
      List<Leaf> norms,
      Leaf nullModel,
      int framesPerSegment,
      Instant started)
      throws IOException {
    Map<Fate, Videos> fates = new EnumMap<>(Fate.class);
    final String model = sort(truth, fates);
    report(fates);
    Dataset<Row> evaluated = truth.filter(col("fate").equalTo(Fate.EVALUATED.name()));
    long videos = fates.get(Fate.EVALUATED).count();
    if (videos == 0) {
      throw new DataException(
          "Cannot evaluate split "
              + options.split()
              + ": no scored video has frame-level ground truth. Annotate its videos with"
              + " 'c2fpl annotate'.");
    }

    Dataset<Row> frames = frames(scored, evaluated, framesPerSegment);
    Map<String, String> unavailable = new TreeMap<>();
    Map<String, Dataset<Row>> scorings = yardsticks(norms, nullModel, unavailable);
    scorings.replaceAll((name, scores) -> frames(scores, evaluated, framesPerSegment));
    scorings.put(DETECTOR, frames);
    Map<String, RankingMetrics> yardsticks = FrameRanking.rank(scorings);
    final RankingMetrics metrics = yardsticks.remove(DETECTOR);
    yardsticks.forEach((name, each) -> checkSameFrames(name, each, metrics));

    ObjectNode json = Json.object();
    json.put("split", options.split());
    json.put("model", model);
    json.put("tail", options.tail().toString());
    json.put("frames_per_segment", framesPerSegment);
    json.put("videos", videos);
    json.put("frames", metrics.totals().frames());
    json.put("positives", metrics.totals().positives());
    describe(metrics, json);
    ObjectNode yardstickNode = json.putObject("yardsticks");
    yardsticks.forEach((name, each) -> describe(each, yardstickNode.putObject(name)));
    unavailable.forEach(
        (name, why) -> yardstickNode.putObject(name).putNull("frame_auc").put("undefined", why));
    fates.get(Fate.WITHOUT_SCORES).describe(json, "videos_without_scores");
    fates.get(Fate.WITHOUT_ANNOTATION).describe(json, "videos_without_annotations");
    fates.get(Fate.WITHOUT_FRAME_TRUTH).describe(json, "videos_without_frame_truth");

    Path folder = transaction.staging(target);
    writeText(
        new Path(folder, "metrics.json"),
        out -> out.write(Json.MAPPER.writeValueAsString(json) + "\n"));
    writeText(new Path(folder, "roc.csv"), out -> roc(metrics, out));
    writeText(new Path(folder, "pr.csv"), out -> precisionRecall(metrics, out));
    writeText(new Path(folder, "per_video.csv"), out -> perVideo(frames, out));
    transaction.rows(target, videos);
    transaction.details(target).setAll(json);
    transaction.commit();
    unavailable.forEach(
        (name, why) -> context.console().warning("no yardstick " + name + ": " + why + "."));
    context
        .console()
        .stage(
            NAME, Duration.between(started, Instant.now()), summary(metrics, yardsticks, videos));
  }

  /**
   * Counts the videos of each fate.
   *
   * @return the model that made all scores; null where there are none
   */
  private String sort(Dataset<Row> truth, Map<Fate, Videos> fates) {
    for (Fate fate : Fate.values()) {
      fates.put(fate, Videos.NONE);
    }
    TreeSet<String> models = new TreeSet<>();
    for (Row row :
        truth
            .groupBy("fate")
            .agg(count(lit(1)), min("first_model"), max("last_model"))
            .collectAsList()) {
      Fate fate = Fate.valueOf(row.getString(0));
      Dataset<Row> videos = truth.filter(col("fate").equalTo(fate.name()));
      fates.put(
          fate,
          new Videos(row.getLong(1), fate == Fate.EVALUATED ? List.of() : Missing.first(videos)));
      if (!row.isNullAt(2)) {
        models.add(row.getString(2));
        models.add(row.getString(3));
      }
    }
    if (models.size() > 1) {
      throw new DataException(
          "Cannot evaluate split "
              + options.split()
              + ": its scores come from several models ("
              + models.first()
              + ", "
              + models.last()
              + "). Score all batches with one model: 'c2fpl score --write-mode overwrite'.");
    }
    return models.isEmpty() ? null : models.first();
  }

  private void report(Map<Fate, Videos> fates) {
    Videos incomplete = fates.get(Fate.INCOMPLETE_SCORES);
    if (incomplete.count() > 0) {
      // Counting on would shift the frames behind the gap.
      throw new DataException(
          "Cannot evaluate split "
              + options.split()
              + ": the scores of "
              + Console.count(incomplete.count(), "video")
              + " are not one for each segment ("
              + incomplete.named()
              + "). Run 'c2fpl score --write-mode overwrite'.");
    }
    Videos withoutScores = fates.get(Fate.WITHOUT_SCORES);
    if (withoutScores.count() > 0 && options.missingScores() == MissingScores.FAIL) {
      throw new DataException(
          "Cannot evaluate split "
              + options.split()
              + ": "
              + Console.count(withoutScores.count(), "annotated video")
              + " without scores ("
              + withoutScores.named()
              + "). Ingest and score them, or leave them out with --missing-scores ignore.");
    }
    warn(withoutScores, "annotated video", "without scores");
    warn(fates.get(Fate.WITHOUT_ANNOTATION), "scored video", "without annotation");
    warn(
        fates.get(Fate.WITHOUT_FRAME_TRUTH),
        "annotated video",
        "without frame-level truth (not labelled normal, no anomalous frames)");
  }

  private void warn(Videos videos, String noun, String without) {
    if (videos.count() > 0) {
      context
          .console()
          .warning(
              "left out of the evaluation: "
                  + Console.count(videos.count(), noun)
                  + " of split "
                  + options.split()
                  + " "
                  + without
                  + ": "
                  + videos.named()
                  + ".");
    }
  }

  /**
   * The frames behind each score.
   *
   * @param scores {@code video_id}, {@code segment_index}, {@code score}; of any origin
   * @param truth {@code video_id}, {@code segments}, {@code frames}, {@code anomalies}: a row a
   *     video
   * @return the scores of the videos with truth, with {@code positives} and {@code negatives}
   */
  private Dataset<Row> frames(Dataset<Row> scores, Dataset<Row> truth, int framesPerSegment) {
    FrameTruth counter = new FrameTruth(framesPerSegment, options.tail());
    UDF5<Integer, Integer, Long, Seq<Long>, Seq<Long>, Row> counts =
        (segment, segments, frames, starts, ends) -> {
          SegmentFrames found =
              counter.count(segment, segments, frames, longs(starts), longs(ends));
          return RowFactory.create(found.positives(), found.negatives());
        };
    return scores
        .select("video_id", "segment_index", "score")
        .join(truth.select("video_id", "segments", "frames", "anomalies"), "video_id")
        .withColumn(
            "counts",
            udf(counts, FRAME_COUNTS)
                .apply(
                    col("segment_index"),
                    col("segments"),
                    col("frames"),
                    col("anomalies.start_frame"),
                    col("anomalies.end_frame")))
        .select("video_id", "segment_index", "score", "counts.positives", "counts.negatives");
  }

  private static long[] longs(Seq<Long> values) {
    long[] longs = new long[values.size()];
    for (int i = 0; i < longs.length; i++) {
      longs[i] = values.apply(i);
    }
    return longs;
  }

  /**
   * Label-free scores of the split: {@code video_id}, {@code segment_index}, {@code score} by name.
   *
   * @param unavailable takes the names that cannot be had, and why
   */
  private Map<String, Dataset<Row>> yardsticks(
      List<Leaf> norms, Leaf nullModel, Map<String, String> unavailable) {
    Map<String, Dataset<Row>> yardsticks = new TreeMap<>();
    if (norms.isEmpty()) {
      String why = "segment_norms of split " + options.split() + " were not made";
      unavailable.put(NORM, why);
      unavailable.put(ONE_MINUS_P, why);
      return yardsticks;
    }
    Dataset<Row> segmentNorms = workspace.read(context.spark(), norms);
    yardsticks.put(NORM, segmentNorms.withColumn("score", col("norm")));
    if (workspace.manifest(nullModel).isEmpty()) {
      unavailable.put(ONE_MINUS_P, "null_model was not made");
      return yardsticks;
    }
    // The norm is a scalar, so the rank of 1 − p under N(Γ, Σ) is the rank of |norm − Γ|; the
    // density
    // itself underflows to ties where the anomalies are.
    double mean =
        workspace
            .read(context.spark(), nullModel)
            .select(col("mean").getItem(0))
            .head()
            .getDouble(0);
    yardsticks.put(ONE_MINUS_P, segmentNorms.withColumn("score", abs(col("norm").minus(mean))));
    return yardsticks;
  }

  private void checkSameFrames(String name, RankingMetrics yardstick, RankingMetrics detector) {
    if (!yardstick.totals().equals(detector.totals())) {
      throw new DataException(
          "Cannot compare the scores of split "
              + options.split()
              + " with "
              + name
              + ": segment_norms stand for "
              + yardstick.totals().frames()
              + " frames and segment_scores for "
              + detector.totals().frames()
              + ". Run 'c2fpl stats' and 'c2fpl score' on the same batches.");
    }
  }

  private static void describe(RankingMetrics metrics, ObjectNode json) {
    json.put("frame_auc", metrics.auc());
    json.put("frame_ap", metrics.ap());
    json.put("frame_ap_trapezoid", metrics.apTrapezoid());
    if (metrics.undefined() != null) {
      json.put("undefined", metrics.undefined());
    }
  }

  private String summary(
      RankingMetrics metrics, Map<String, RankingMetrics> yardsticks, long videos) {
    StringBuilder text = new StringBuilder(options.split()).append(": frame AUC ");
    text.append(figure(metrics.auc())).append(", AP ").append(figure(metrics.ap()));
    if (metrics.undefined() != null) {
      text.append(" (").append(metrics.undefined()).append(')');
    }
    text.append("; without training: AUC ");
    text.append(figureOf(yardsticks.get(NORM))).append(" by the norm, ");
    text.append(figureOf(yardsticks.get(ONE_MINUS_P))).append(" by 1 − p; ");
    text.append(Console.count(videos, "video")).append(", ");
    text.append(Console.count(metrics.totals().frames(), "frame")).append(", ");
    text.append(String.format(Locale.ROOT, "%,d anomalous", metrics.totals().positives()));
    return text.toString();
  }

  private static String figureOf(RankingMetrics metrics) {
    return figure(metrics == null ? null : metrics.auc());
  }

  private static String figure(Double value) {
    return value == null ? "undefined" : String.format(Locale.ROOT, "%.4f", value);
  }

  @FunctionalInterface
  private interface Content {
    void write(BufferedWriter out) throws IOException;
  }

  private void writeText(Path file, Content content) throws IOException {
    FileSystem fs = workspace.fileSystem();
    try (BufferedWriter out =
        new BufferedWriter(new OutputStreamWriter(fs.create(file), StandardCharsets.UTF_8))) {
      content.write(out);
    }
  }

  private static void roc(RankingMetrics metrics, BufferedWriter out) throws IOException {
    out.write("threshold,false_positive_rate,true_positive_rate\n");
    out.write("inf,0.0,0.0\n");
    for (CurvePoint point : metrics.curve()) {
      out.write(
          point.score()
              + ","
              + share(point.falsePositives(), metrics.totals().negatives())
              + ","
              + share(point.truePositives(), metrics.totals().positives())
              + "\n");
    }
  }

  private static void precisionRecall(RankingMetrics metrics, BufferedWriter out)
      throws IOException {
    out.write("threshold,recall,precision\n");
    out.write("inf,0.0,1.0\n");
    for (CurvePoint point : metrics.curve()) {
      out.write(
          point.score()
              + ","
              + share(point.truePositives(), metrics.totals().positives())
              + ","
              + share(point.truePositives(), point.truePositives() + point.falsePositives())
              + "\n");
    }
  }

  /** Empty where there is nothing to have a share of. */
  private static String share(long part, long whole) {
    return whole == 0 ? "" : Double.toString((double) part / whole);
  }

  private static void perVideo(Dataset<Row> frames, BufferedWriter out) throws IOException {
    out.write(String.join(",", VideoMetrics.SCHEMA.fieldNames()) + "\n");
    Iterator<Row> rows =
        frames
            .repartitionByRange(col("video_id"))
            .sortWithinPartitions(col("video_id"), col("score").desc())
            .mapPartitions(
                (MapPartitionsFunction<Row, Row>) VideoMetrics::of,
                Encoders.row(VideoMetrics.SCHEMA))
            .toLocalIterator();
    while (rows.hasNext()) {
      Row row = rows.next();
      out.write(quoted(row.getString(0)));
      for (int i = 1; i < row.size(); i++) {
        out.write(row.isNullAt(i) ? "," : "," + row.get(i));
      }
      out.write("\n");
    }
  }

  private static String quoted(String cell) {
    return cell.indexOf(',') < 0 && cell.indexOf('"') < 0
        ? cell
        : '"' + cell.replace("\"", "\"\"") + '"';
  }
}
