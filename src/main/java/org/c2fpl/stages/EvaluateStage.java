package org.c2fpl.stages;

import static org.apache.spark.sql.functions.abs;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.size;
import static org.apache.spark.sql.functions.udf;

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
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.function.FlatMapGroupsFunction;
import org.apache.spark.api.java.function.MapFunction;
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
import org.c2fpl.method.ExactSum;
import org.c2fpl.method.evaluation.CurvePoint;
import org.c2fpl.method.evaluation.FrameTruth;
import org.c2fpl.method.evaluation.RankingMetrics;
import org.c2fpl.method.evaluation.ScoreGroup;
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
  private static final StructType PER_VIDEO =
      new StructType()
          .add("video_id", DataTypes.StringType, false)
          .add("segments", DataTypes.IntegerType, false)
          .add("frames", DataTypes.LongType, false)
          .add("positives", DataTypes.LongType, false)
          .add("max_score", DataTypes.DoubleType, false)
          .add("mean_score", DataTypes.DoubleType, false)
          .add("auc", DataTypes.DoubleType);

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

  /** Videos that are left out, and why. */
  private record LeftOut(long count, List<String> first) {
    static LeftOut of(Dataset<Row> videos) {
      long count = videos.count();
      return new LeftOut(count, count == 0 ? List.of() : Missing.first(videos));
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

  /** Scored videos of the split side by side with annotations; either side may be null. */
  private Dataset<Row> truth(Dataset<Row> scored, Dataset<Row> annotations) {
    Dataset<Row> videos =
        scored
            .groupBy("video_id")
            .agg(
                count(lit(1)).cast(DataTypes.IntegerType).as("segments"),
                max("segment_index").as("last_segment"));
    Dataset<Row> annotated =
        annotations
            .filter(col("split").equalTo(options.split()))
            .drop("split")
            .withColumn("annotated", lit(true));
    return videos.join(annotated, "video_id", "full_outer");
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
    checkComplete(truth);
    final String model = model(scored);
    LeftOut withoutScores = LeftOut.of(truth.filter(col("segments").isNull()));
    LeftOut withoutAnnotations = LeftOut.of(truth.filter(col("annotated").isNull()));
    Column known = size(col("anomalies")).gt(0).or(col("label").eqNullSafe(0));
    Dataset<Row> matched = truth.filter(col("segments").isNotNull().and(col("annotated")));
    LeftOut withoutFrameTruth = LeftOut.of(matched.filter(known.unary_$bang()));
    report(withoutScores, withoutAnnotations, withoutFrameTruth);
    Dataset<Row> evaluated = matched.filter(known);
    long videos = evaluated.count();
    if (videos == 0) {
      throw new DataException(
          "Cannot evaluate split "
              + options.split()
              + ": no scored video has frame-level ground truth. Annotate its videos with"
              + " 'c2fpl annotate'.");
    }

    Dataset<Row> frames = frames(scored, evaluated, framesPerSegment);
    RankingMetrics metrics = FrameRanking.rank(frames, "the scores of split " + options.split());
    Map<String, RankingMetrics> yardsticks = new TreeMap<>();
    Map<String, String> unavailable = new TreeMap<>();
    yardsticks(evaluated, norms, nullModel, framesPerSegment, metrics, yardsticks, unavailable);

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
    withoutScores.describe(json, "videos_without_scores");
    withoutAnnotations.describe(json, "videos_without_annotations");
    withoutFrameTruth.describe(json, "videos_without_frame_truth");

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

  /** Scores that are no whole videos would shift the frames behind the gap. */
  private void checkComplete(Dataset<Row> truth) {
    Dataset<Row> broken = truth.filter(col("last_segment").plus(1).notEqual(col("segments")));
    long count = broken.count();
    if (count > 0) {
      throw new DataException(
          "Cannot evaluate split "
              + options.split()
              + ": the scores of "
              + Missing.named(broken, count)
              + " are not one for each segment. Run 'c2fpl score --write-mode overwrite'.");
    }
  }

  private String model(Dataset<Row> scored) {
    List<Row> models = scored.select("model").distinct().limit(2).collectAsList();
    if (models.size() > 1) {
      throw new DataException(
          "Cannot evaluate split "
              + options.split()
              + ": its scores come from several models ("
              + models.get(0).getString(0)
              + ", "
              + models.get(1).getString(0)
              + "). Score all batches with one model: 'c2fpl score --write-mode overwrite'.");
    }
    return models.isEmpty() ? null : models.get(0).getString(0);
  }

  private void report(LeftOut withoutScores, LeftOut withoutAnnotations, LeftOut withoutTruth) {
    if (withoutScores.count() > 0) {
      String what =
          Console.count(withoutScores.count(), "annotated video")
              + " of split "
              + options.split()
              + " without scores ("
              + named(withoutScores)
              + ")";
      if (options.missingScores() == MissingScores.FAIL) {
        throw new DataException(
            "Cannot evaluate split "
                + options.split()
                + ": there "
                + (withoutScores.count() == 1 ? "is " : "are ")
                + what
                + ". Ingest and score them, or leave them out with --missing-scores ignore.");
      }
      context.console().warning(what + " left out.");
    }
    if (withoutAnnotations.count() > 0) {
      context
          .console()
          .warning(
              Console.count(withoutAnnotations.count(), "scored video")
                  + " of split "
                  + options.split()
                  + " without annotation left out ("
                  + named(withoutAnnotations)
                  + ").");
    }
    if (withoutTruth.count() > 0) {
      context
          .console()
          .warning(
              Console.count(withoutTruth.count(), "video")
                  + " of split "
                  + options.split()
                  + " annotated without frames left out ("
                  + named(withoutTruth)
                  + "): they are not labelled normal and have no anomalous frames.");
    }
  }

  private static String named(LeftOut videos) {
    long more = videos.count() - videos.first().size();
    return String.join(", ", videos.first()) + (more > 0 ? " and " + more + " more" : "");
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

  private void yardsticks(
      Dataset<Row> truth,
      List<Leaf> norms,
      Leaf nullModel,
      int framesPerSegment,
      RankingMetrics detector,
      Map<String, RankingMetrics> found,
      Map<String, String> unavailable) {
    if (norms.isEmpty()) {
      String why = "segment_norms of split " + options.split() + " were not made";
      unavailable.put("norm", why);
      unavailable.put("one_minus_p", why);
      return;
    }
    Dataset<Row> segmentNorms = workspace.read(context.spark(), norms);
    found.put(
        "norm",
        yardstick(
            segmentNorms.withColumn("score", col("norm")), truth, framesPerSegment, detector));
    if (workspace.manifest(nullModel).isEmpty()) {
      unavailable.put("one_minus_p", "null_model was not made");
      return;
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
    found.put(
        "one_minus_p",
        yardstick(
            segmentNorms.withColumn("score", abs(col("norm").minus(mean))),
            truth,
            framesPerSegment,
            detector));
  }

  /**
   * Ranks the evaluated frames by other scores.
   *
   * @param scores {@code video_id}, {@code segment_index}, {@code score} of at least the evaluated
   *     videos
   */
  private RankingMetrics yardstick(
      Dataset<Row> scores, Dataset<Row> truth, int framesPerSegment, RankingMetrics detector) {
    RankingMetrics metrics =
        FrameRanking.rank(
            frames(scores, truth, framesPerSegment),
            "the segment norms of split " + options.split());
    if (!metrics.totals().equals(detector.totals())) {
      throw new DataException(
          "Cannot compare split "
              + options.split()
              + " with its segment norms: they stand for "
              + metrics.totals().frames()
              + " frames and the scores for "
              + detector.totals().frames()
              + ". Run 'c2fpl stats' and 'c2fpl score' on the same batches.");
    }
    return metrics;
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
    text.append(figureOf(yardsticks.get("norm"))).append(" by the norm, ");
    text.append(figureOf(yardsticks.get("one_minus_p"))).append(" by 1 − p; ");
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
    out.write(String.join(",", PER_VIDEO.fieldNames()) + "\n");
    Iterator<Row> rows =
        frames
            .groupByKey((MapFunction<Row, String>) row -> row.getString(0), Encoders.STRING())
            .flatMapSortedGroups(
                new Column[] {col("score").desc()},
                (FlatMapGroupsFunction<String, Row, Row>) EvaluateStage::perVideo,
                Encoders.row(PER_VIDEO))
            .orderBy("video_id")
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

  /** One video's segments in descending order of score; holds one score group a segment at most. */
  private static Iterator<Row> perVideo(String video, Iterator<Row> segments) {
    List<ScoreGroup> groups = new ArrayList<>();
    ExactSum sum = new ExactSum();
    int count = 0;
    while (segments.hasNext()) {
      Row row = segments.next();
      double score = row.getDouble(2);
      sum.add(score);
      count++;
      ScoreGroup group = new ScoreGroup(score, row.getLong(3), row.getLong(4));
      int last = groups.size() - 1;
      if (last >= 0 && groups.get(last).score() == score) {
        ScoreGroup same = groups.get(last);
        groups.set(
            last,
            new ScoreGroup(
                score, same.positives() + group.positives(), same.negatives() + group.negatives()));
      } else {
        groups.add(group);
      }
    }
    RankingMetrics metrics = RankingMetrics.of(groups);
    return List.of(
            RowFactory.create(
                video,
                count,
                metrics.totals().frames(),
                metrics.totals().positives(),
                groups.get(0).score(),
                sum.value() / count,
                metrics.auc()))
        .iterator();
  }

  private static String quoted(String cell) {
    return cell.indexOf(',') < 0 && cell.indexOf('"') < 0
        ? cell
        : '"' + cell.replace("\"", "\"\"") + '"';
  }
}
