package org.c2fpl.bench.measure;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.c2fpl.bench.FootageTables;
import org.c2fpl.bench.SegmentCounts;
import org.c2fpl.cli.Console;
import org.c2fpl.cli.Sessions;
import org.c2fpl.coarse.CoarseStage;
import org.c2fpl.detector.DetectorArchitecture;
import org.c2fpl.detector.DetectorModel;
import org.c2fpl.detector.ModelStore;
import org.c2fpl.detector.NativeThreads;
import org.c2fpl.detector.TrainingPlan;
import org.c2fpl.fine.FineStage;
import org.c2fpl.score.ScoreStage;
import org.c2fpl.segments.Splits;
import org.c2fpl.stage.StageContext;
import org.c2fpl.stage.StageOutputs;
import org.c2fpl.stage.StageRunner;
import org.c2fpl.stats.StatsStage;
import org.c2fpl.train.ThresholdChoice;
import org.c2fpl.train.TrainStage;
import org.c2fpl.workspace.Json;
import org.c2fpl.workspace.Leaf;
import org.c2fpl.workspace.LeafTransaction;
import org.c2fpl.workspace.ManifestDraft;
import org.c2fpl.workspace.Table;
import org.c2fpl.workspace.Workspace;
import org.c2fpl.workspace.WriteMode;

/** The stages in a session of two cores, after a warm-up on tiny footage. */
final class Stages {
  static final String SPLIT = FootageTables.SPLIT;
  private static final double ETA = 1;
  private static final double BETA = 0.2;
  private static final long SEED = 1;

  /** Runs after which the compiler has compiled the code of a small job. */
  private static final int WARM_UPS = 5;

  private static final int TINY_VIDEOS = 40;
  private static final int TINY_LENGTH = 25;

  private final SparkSession spark;
  private final Workspace workspace;
  private final StageContext context;

  private Stages(SparkSession spark, Workspace workspace) {
    this.spark = spark;
    this.workspace = workspace;
    this.context = new StageContext(spark, workspace, SEED, WriteMode.OVERWRITE, Console.silent());
  }

  static Stages open(String folder) {
    SparkSession spark = Sessions.start("bench");
    return new Stages(spark, Workspace.open(folder, spark.sessionState().newHadoopConf()));
  }

  Stages other(String folder) {
    return new Stages(spark, Workspace.open(folder, spark.sessionState().newHadoopConf()));
  }

  Workspace workspace() {
    return workspace;
  }

  SparkSession spark() {
    return spark;
  }

  /** Tiny footage of the same shape in a second workspace, with every table that stages read. */
  Stages tiny(int crops, int dim) {
    Stages tiny = other(workspace.root() + "-tiny");
    int[] counts = new int[TINY_VIDEOS];
    Arrays.fill(counts, TINY_LENGTH);
    FootageTables.write(spark, tiny.workspace, counts, crops, dim);
    return tiny;
  }

  Splits.Shape shape() {
    return Splits.shape(workspace).orElseThrow();
  }

  long segments() {
    return workspace.manifest(Leaf.of(Table.SEGMENTS, SPLIT, "0")).orElseThrow().rows();
  }

  private double detail(Table table, String field) {
    return workspace.manifest(Leaf.of(table)).orElseThrow().details().path(field).asDouble();
  }

  void runStats() {
    StageRunner.run(context, new StatsStage(), new StatsStage.Options(List.of(), false, SPLIT));
  }

  void runCoarse() {
    StageRunner.run(context, new CoarseStage(), new CoarseStage.Options(ETA, SPLIT));
  }

  void runFine() {
    StageRunner.run(context, new FineStage(), new FineStage.Options(BETA, SPLIT));
  }

  /** One epoch, and the choice of the threshold. */
  void runTrain() {
    StageRunner.run(
        context,
        new TrainStage(),
        new TrainStage.Options(
            SPLIT, TrainingPlan.standard(SEED).withEpochs(1), ThresholdChoice.auto()));
  }

  void runScore() {
    StageRunner.run(context, new ScoreStage(), new ScoreStage.Options(List.of(SPLIT), null));
  }

  /** Stores an untrained detector, which takes as long as a trained one. */
  void storeModel() {
    NativeThreads.pin();
    Splits.Shape shape = shape();
    DetectorArchitecture architecture = DetectorArchitecture.standard(shape.dim(), shape.crops());
    float[] values = architecture.network(0.01, SEED).params().ravel().toFloatVector();
    ByteBuffer parameters =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    parameters.asFloatBuffer().put(values);
    ModelStore store = new ModelStore(workspace);
    store.promote(
        store.save(
            new DetectorModel(architecture, parameters.array(), null, 0.5, "none"),
            "untrained",
            Json.object(),
            ManifestDraft.of("bench", 1, SEED)));
  }

  /** {@code footage <workspace> <counts file or ucf-crime> <denominator> <crops> <dim>}. */
  static void footage(String[] arguments) throws Exception {
    int[] all =
        arguments[1].equals("ucf-crime")
            ? SegmentCounts.ucfCrime()
            : SegmentCounts.read(Path.of(arguments[1]));
    int[] counts = SegmentCounts.fraction(all, Integer.parseInt(arguments[2]));
    int crops = Integer.parseInt(arguments[3]);
    int dim = Integer.parseInt(arguments[4]);
    Stages stages = open(arguments[0]);
    double seconds =
        Measurement.seconds(
            () -> FootageTables.write(stages.spark, stages.workspace, counts, crops, dim));
    Measurement.of("footage")
        .with("seconds", seconds)
        .with("rows", SegmentCounts.sum(counts))
        .with("videos", counts.length)
        .print();
  }

  static void stats(String[] arguments) throws Exception {
    Stages stages = open(arguments[0]);
    Splits.Shape shape = stages.shape();
    // The yardsticks warm up on the same tiny footage.
    Stages tiny = stages.tiny(shape.crops(), shape.dim());
    for (int i = 0; i < WARM_UPS; i++) {
      tiny.runStats();
    }
    stages.runStats();
    double seconds = Measurement.seconds(stages::runStats);
    double bytes = 1.0 * stages.segments() * shape.crops() * shape.dim() * Float.BYTES;
    Measurement.of("stats")
        .with("seconds", seconds)
        .with("rows", stages.segments())
        .with("bytes", bytes)
        .with("mb_per_second", bytes / 1e6 / seconds)
        .print();
  }

  /** {@code video-stats <folder> <videos> ...}: a workspace of generated statistics each. */
  static void videoStats(String[] arguments) {
    Stages stages = open(arguments[0]);
    for (int i = 1; i < arguments.length; i++) {
      stages
          .other(arguments[0] + "/" + arguments[i])
          .writeVideoStats(Integer.parseInt(arguments[i]));
    }
  }

  /** {@code coarse <folder> <videos> ...}, warmed up on 200 videos. */
  static void coarse(String[] arguments) throws Exception {
    Stages stages = open(arguments[0]);
    Stages warmUp = stages.other(arguments[0] + "/200");
    for (int i = 0; i < WARM_UPS; i++) {
      warmUp.runCoarse();
    }
    for (int i = 1; i < arguments.length; i++) {
      int videos = Integer.parseInt(arguments[i]);
      Stages some = stages.other(arguments[0] + "/" + videos);
      Measurement.of(arguments[i] + " videos")
          .with("seconds", Measurement.seconds(some::runCoarse))
          .with("rows", videos)
          .with("anomalous", some.detail(Table.COARSE_LABELS, "anomalous_videos"))
          .print();
    }
  }

  /** Two overlapping clouds, the smaller one louder and more spread. */
  void writeVideoStats(int videos) {
    Leaf leaf = Leaf.of(Table.VIDEO_STATS, SPLIT, "0");
    ManifestDraft draft = ManifestDraft.of("bench", 1, SEED).parameter("videos", videos);
    try (LeafTransaction transaction = workspace.begin(draft, WriteMode.REFRESH, List.of(leaf))) {
      if (transaction.upToDate()) {
        return;
      }
      List<Row> rows = new ArrayList<>(videos);
      Random random = new Random(SEED);
      for (int v = 0; v < videos; v++) {
        boolean loud = random.nextDouble() < 0.3;
        double mean = (loud ? 23 : 20) + 1.5 * random.nextGaussian();
        double deviation = Math.exp((loud ? 1.2 : 0.6) + 0.4 * random.nextGaussian());
        rows.add(RowFactory.create(String.format("video_%07d", v), 485, mean, deviation));
      }
      StageOutputs.rewriting(context, transaction)
          .write(spark.createDataFrame(rows, leaf.table().schema()), leaf);
      transaction.commit();
    }
  }

  /** {@code prepare <workspace>}: the inputs of fine. */
  static void prepare(String[] arguments) {
    Stages stages = open(arguments[0]);
    StageContext keep =
        new StageContext(stages.spark, stages.workspace, SEED, WriteMode.REFRESH, Console.silent());
    StageRunner.run(keep, new StatsStage(), new StatsStage.Options(List.of(), false, SPLIT));
    StageRunner.run(keep, new CoarseStage(), new CoarseStage.Options(ETA, SPLIT));
  }

  /** {@code fine <workspace>}: a first run in the session and a second. */
  static void fine(String[] arguments) throws Exception {
    Stages stages = open(arguments[0]);
    stages.warmUpLabels();
    for (String which : List.of("first run", "second run")) {
      Measurement.of(which)
          .with("seconds", Measurement.seconds(stages::runFine))
          .with("rows", stages.segments())
          .print();
    }
  }

  /** Runs the labelling stages on tiny footage, which is returned. */
  Stages warmUpLabels() {
    Splits.Shape shape = shape();
    Stages tiny = tiny(shape.crops(), shape.dim());
    for (int i = 0; i < WARM_UPS; i++) {
      tiny.runLabels();
    }
    return tiny;
  }

  void runLabels() {
    runStats();
    runCoarse();
    runFine();
  }

  static void labels(String[] arguments) throws Exception {
    Stages stages = open(arguments[0]);
    stages.warmUpLabels();
    stages.runLabels();
    double stats = Measurement.seconds(stages::runStats);
    double coarse = Measurement.seconds(stages::runCoarse);
    double fine = Measurement.seconds(stages::runFine);
    Measurement.of("in session")
        .with("seconds", stats + coarse + fine)
        .with("stats_seconds", stats)
        .with("coarse_seconds", coarse)
        .with("fine_seconds", fine)
        .with("anomalous", stages.detail(Table.FINE_LABELS, "anomalous_segments"))
        .with("rows", stages.segments())
        .print();
  }

  /** The three stages in a fresh process; the orchestrator takes the time. */
  static void labelsCold(String[] arguments) throws Exception {
    Stages stages = open(arguments[0]);
    stages.runLabels();
    stages.spark.stop();
  }

  static void score(String[] arguments) throws Exception {
    Stages stages = open(arguments[0]);
    Splits.Shape shape = stages.shape();
    Stages tiny = stages.tiny(shape.crops(), shape.dim());
    tiny.storeModel();
    tiny.runScore();
    stages.storeModel();
    stages.runScore();
    double seconds = Measurement.seconds(stages::runScore);
    Measurement.of("score")
        .with("seconds", seconds)
        .with("rows", stages.segments())
        .with("rows_per_second", stages.segments() / seconds)
        .print();
  }
}
