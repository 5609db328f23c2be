package org.c2fpl.train;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.countDistinct;
import static org.apache.spark.sql.functions.sum;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;
import org.c2fpl.detector.DetectorArchitecture;
import org.c2fpl.detector.DetectorModel;
import org.c2fpl.detector.DetectorTraining;
import org.c2fpl.detector.Machine;
import org.c2fpl.detector.ModelStore;
import org.c2fpl.detector.TrainingData;
import org.c2fpl.detector.TrainingPlan;
import org.c2fpl.detector.TrainingProgress;
import org.c2fpl.detector.TrainingResult;
import org.c2fpl.errors.DataException;
import org.c2fpl.errors.UsageException;
import org.c2fpl.memory.NativeNeed;
import org.c2fpl.method.statistics.FeatureProfile;
import org.c2fpl.score.ScoredSegments;
import org.c2fpl.segments.SeenSegments;
import org.c2fpl.segments.Splits;
import org.c2fpl.stage.Console;
import org.c2fpl.stage.Doubts;
import org.c2fpl.stage.Progress;
import org.c2fpl.stage.StageContext;
import org.c2fpl.stage.StageListener;
import org.c2fpl.stage.StagePart;
import org.c2fpl.stats.FeatureProfileStage;
import org.c2fpl.workspace.Fingerprints;
import org.c2fpl.workspace.Json;
import org.c2fpl.workspace.Leaf;
import org.c2fpl.workspace.Manifest;
import org.c2fpl.workspace.ManifestDraft;
import org.c2fpl.workspace.StoredOptions;
import org.c2fpl.workspace.Table;
import org.c2fpl.workspace.Versions;
import org.c2fpl.workspace.Workspace;
import org.c2fpl.workspace.WriteMode;

/**
 * {@code segments}, {@code fine_labels} → {@code model} (Eq. 6), and the threshold of detections
 * from the scores of the training footage.
 *
 * <p>Features are standardised if the norms behind the labels were. An interrupted training goes on
 * from its checkpoint, one that ran out of time too.
 */
public final class TrainStage {
  public static final String NAME = "train";
  public static final int ALGORITHM = DetectorTraining.ALGORITHM;

  private static final String FINE_FIRST = "Run 'c2fpl fine' first.";
  private static final String OUTPUT_BIAS = "output_bias";

  /** Below it, a detector did not learn its labels; 0.5 is chance. */
  private static final double LEAST_LABEL_AUC = 0.6;

  /** Fewer equal scores at the threshold are no matter of ties. */
  private static final long MANY_TIED = 10;

  /**
   * How to train, on which split, and how to choose the threshold.
   *
   * @param attention whether the detector's hidden layers are gated by attention
   * @param decayBiases whether the l2 term counts biases, too
   * @param smooth σ in segments of the smoothing of scores, before the threshold is chosen and
   *     whenever the model scores; 0 for none
   * @param minSteps batches that a worker trains at least, by more epochs than planned
   */
  public record Options(
      String trainSplit,
      TrainingPlan plan,
      ThresholdChoice threshold,
      boolean attention,
      boolean decayBiases,
      double smooth,
      int minSteps)
      implements StoredOptions {

    /** The paper's detector, its scores as they are. */
    public Options(String trainSplit, TrainingPlan plan, ThresholdChoice threshold) {
      this(trainSplit, plan, threshold, true, false, 0, 0);
    }

    @Override
    public Map<String, Object> stored() {
      Map<String, Object> stored = new TreeMap<>(ofResult());
      stored.put("plan", plan.stored());
      stored.put("attention", attention);
      stored.put("decay_biases", decayBiases);
      stored.put("min_steps", minSteps);
      return stored;
    }

    /** What the model depends on besides its architecture and the plan that the footage needs. */
    private Map<String, Object> ofResult() {
      return Map.of("smooth", smooth, "split", trainSplit, "threshold", threshold.stored());
    }
  }

  private final StageContext context;
  private final Workspace workspace;
  private final Options options;
  private final ModelStore store;

  /** Whether the new model becomes the current one. */
  private final boolean promote;

  /** With the epochs that this footage needs. */
  private TrainingPlan plan;

  private TrainStage(StageContext context, Options options, boolean promote) {
    this.context = context;
    this.workspace = context.workspace();
    this.options = options;
    this.promote = promote;
    this.store = new ModelStore(workspace);
  }

  /** Trains a model and makes it the current one. */
  public static void run(StageContext context, Options options) {
    new TrainStage(context, options, true).run();
  }

  /**
   * Trains a model beside the current one, which stays: nothing is replaced, so every write mode
   * but overwrite trains only what is not stored yet.
   */
  public static void runCandidate(StageContext context, Options options) {
    new TrainStage(context, options, false).run();
  }

  /** What is computed. */
  public static List<StagePart> plan(StageContext context, Options options) {
    return new TrainStage(context, options, false).parts();
  }

  private List<StagePart> parts() {
    List<Leaf> segments = Splits.segments(workspace, options.trainSplit());
    Leaf labels = Leaf.of(Table.FINE_LABELS);
    workspace.require(labels, FINE_FIRST);
    int fixedSegments = SeenSegments.fixedSegments(workspace, segments);
    return List.of(
        StagePart.query(
            "the features of segments",
            SeenSegments.rows(
                context,
                segments.stream()
                    .map(leaf -> SeenSegments.present(workspace, leaf, fixedSegments))
                    .toList())),
        StagePart.query("the labels of segments", workspace.read(context.spark(), labels)),
        StagePart.outside(
            "the deal, training, and averages of workers",
            "an RDD deals segments to the files of workers, and DeepLearning4J trains on ND4J's"
                + " backend, of which Spark-RAPIDS knows nothing: a scan by it would only copy the"
                + " features back"),
        StagePart.outside("the threshold", "as score: an RDD and ND4J's backend"));
  }

  private void run() {
    Instant start = Instant.now();
    List<Leaf> segments = Splits.segments(workspace, options.trainSplit());
    Splits.Shape shape = Splits.sameShape(workspace, segments);
    Leaf labels = Leaf.of(Table.FINE_LABELS);
    Manifest labelManifest = workspace.require(labels, FINE_FIRST);
    plan = options.plan().withSteps(options.minSteps(), labelManifest.rows());
    DetectorArchitecture architecture =
        DetectorArchitecture.standard(shape.dim(), shape.crops())
            .withAttention(options.attention())
            .withDecayBiases(options.decayBiases());
    FeatureProfile profile = profile(segments);
    ObjectNode inputs = Json.object();
    inputs.put(labels.path(), labelManifest.fingerprint());
    for (Leaf leaf : segments) {
      inputs.put(leaf.path(), workspace.require(leaf, "Ingest it again.").fingerprint());
    }
    if (profile != null) {
      Leaf leaf = Leaf.of(Table.FEATURE_PROFILE);
      inputs.put(leaf.path(), workspace.manifest(leaf).orElseThrow().fingerprint());
    }
    ManifestDraft draft = draft(architecture, inputs);
    String fingerprint = draft.fingerprint("model");
    boolean done = promote ? upToDate(fingerprint) : stored(fingerprint);
    if (done && !exists(store.checkpoints())) {
      return;
    }
    // Bins that were made of them are read instead of them.
    segments.forEach(workspace::requireWhole);
    int fixedSegments = SeenSegments.fixedSegments(workspace, segments);
    Dataset<Row> features = SeenSegments.read(context, segments, fixedSegments);
    Dataset<Row> labelRows = workspace.read(context.spark(), labels);
    ConsoleProgress heard = new ConsoleProgress(labelManifest.rows());
    DetectorTraining training =
        new DetectorTraining(
            JavaSparkContext.fromSparkContext(context.spark().sparkContext()),
            architecture,
            plan,
            new TrainingData(features, labelRows, profile, Fingerprints.of(inputs)),
            workspace.fileSystem(),
            store.checkpoints(),
            heard);
    if (done) {
      // A run that was killed after it had stored the model has left them.
      training.dropOwnCheckpoints();
      return;
    }
    NativeNeed.check(context, NativeNeed.training(architecture, plan));
    TrainingResult result;
    try (heard) {
      result = training.run();
    }
    DetectorModel untuned =
        new DetectorModel(
            architecture, result.parameters(), profile, options.smooth(), 0.5, "none");
    Judged judged = judged(untuned, segments, shape, fixedSegments, labelRows, result);
    DetectorModel model =
        new DetectorModel(
            architecture,
            result.parameters(),
            profile,
            options.smooth(),
            judged.threshold().value(),
            options.threshold().toString());
    if (!promote) {
      requireOther(model.id(), fingerprint);
    }
    ObjectNode report = report(result, inputs);
    report.put(SeenSegments.FIXED_SEGMENTS, fixedSegments);
    report.put(ModelStore.LABEL_AUC, judged.labelAuc());
    doubt(new Doubts(context.console(), report), judged, result, profile != null);
    String id = store.save(model, result.updater(), fingerprint, report, draft);
    if (promote) {
      store.promote(id);
    }
    if (!result.stoppedEarly()) {
      training.dropCheckpoints();
    }
    tell(start, result, model, id);
  }

  private boolean exists(Path path) {
    try {
      return workspace.fileSystem().exists(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The profile, if the norms that the labels stem from were standardised with it. */
  private FeatureProfile profile(List<Leaf> segments) {
    Set<Boolean> standardized = new HashSet<>();
    for (Leaf leaf : segments) {
      Manifest norms = workspace.require(leaf.in(Table.SEGMENT_NORMS), "Run 'c2fpl stats' first.");
      standardized.add(Boolean.TRUE.equals(norms.parameters().get("standardize")));
    }
    if (standardized.size() > 1) {
      throw new DataException(
          "Cannot train the detector: the norms of some batches of split "
              + options.trainSplit()
              + " were standardised and of others not. Run 'c2fpl stats' for all of them, with or"
              + " without --standardize.");
    }
    if (standardized.contains(false)) {
      return null;
    }
    return FeatureProfileStage.read(context)
        .orElseThrow(
            () ->
                new DataException(
                    "Cannot train the detector: the norms were standardised, but feature_profile is"
                        + " gone. Run 'c2fpl stats --standardize' again."));
  }

  private ManifestDraft draft(DetectorArchitecture architecture, ObjectNode inputs) {
    ManifestDraft draft =
        ManifestDraft.of(NAME, ALGORITHM, plan.seed())
            .parameters(options.ofResult())
            .parameter("architecture", architecture.stored())
            .parameter("plan", plan.stored());
    inputs
        .fields()
        .forEachRemaining(input -> draft.input(input.getKey(), input.getValue().asText()));
    return draft;
  }

  /** Whether the model in use is this one, complete; refuses where the write mode says so. */
  private boolean upToDate(String fingerprint) {
    if (context.writeMode() == WriteMode.OVERWRITE) {
      return false; // Whatever there is, and be it damaged.
    }
    Optional<String> current = store.current();
    if (current.isEmpty()) {
      return false;
    }
    String id = current.get();
    boolean same = store.fingerprint(id).equals(fingerprint);
    boolean complete = !store.training(id).path("stopped_early").asBoolean();
    if (same && !complete) {
      return false;
    }
    if (context.writeMode() == WriteMode.ERROR) {
      throw new DataException(
          "Cannot write model: version "
              + id
              + " is already there. Use --write-mode overwrite to train another or --write-mode"
              + " skip to keep it.");
    }
    if (same) {
      store.requireWhole(id);
      tellTable(id);
      context.console().skipped(NAME, "model " + id + " is up to date");
      return true;
    }
    Optional<String> earlier = earlierVersion(id);
    if (context.writeMode() == WriteMode.SKIP) {
      throw new DataException(
          "Cannot skip model: version "
              + id
              + " is already there but was trained "
              + earlier.orElse("from other inputs or parameters")
              + ". Use --write-mode overwrite to train another.");
    }
    earlier.ifPresent(
        by -> context.console().line(NAME + "     again: " + id + " was trained " + by));
    return false;
  }

  /** By which earlier version of this program a model was trained; empty for this one. */
  private Optional<String> earlierVersion(String id) {
    Optional<Manifest> made = store.manifest(id);
    if (made.filter(manifest -> manifest.madeBy() == ALGORITHM).isPresent()) {
      return Optional.empty();
    }
    boolean biased = made.filter(each -> each.parameters().containsKey(OUTPUT_BIAS)).isPresent();
    return Optional.of(
        "by an earlier version of this program, "
            + (biased ? "which recorded its options otherwise" : "from an output bias of 0"));
  }

  /** Refuses a candidate whose files would take the place of the current model's. */
  private void requireOther(String id, String fingerprint) {
    if (store.current().filter(id::equals).isPresent()
        && !store.fingerprint(id).equals(fingerprint)) {
      throw new DataException(
          "Cannot store candidate "
              + id
              + ": it has the current model's parameters and differs in its threshold or smoothing"
              + " only. Change the current model by 'c2fpl train --write-mode overwrite'.");
    }
  }

  /** Whether such a model is stored, in use or not, and complete. */
  private boolean stored(String fingerprint) {
    if (context.writeMode() == WriteMode.OVERWRITE) {
      return false;
    }
    for (ModelStore.Version version : store.versions()) {
      String id = version.id();
      if (store.fingerprint(id).equals(fingerprint)
          && !store.training(id).path("stopped_early").asBoolean()) {
        store.requireWhole(id);
        tellTable(id);
        context.console().skipped(NAME, "model " + id + " is stored already");
        return true;
      }
    }
    return false;
  }

  /**
   * What the scores of the training footage show.
   *
   * @param labelAuc how well they rank the pseudo-labels; null where these are all equal
   */
  private record Judged(ScoredSegments.Threshold threshold, Double labelAuc) {}

  private Judged judged(
      DetectorModel model,
      List<Leaf> segments,
      Splits.Shape shape,
      int fixedSegments,
      Dataset<Row> labels,
      TrainingResult result) {
    if (fixedSegments > 0 && options.threshold().alarmsPerHour() != null) {
      throw new UsageException(
          "Cannot use --alarms-per-hour with a fixed number of segments a video: a bin has no"
              + " duration. Use --threshold.");
    }
    Dataset<Row> scores =
        ScoredSegments.score(context, segments, fixedSegments, model)
            .persist(StorageLevel.DISK_ONLY());
    try {
      return new Judged(
          threshold(scores, segments, shape, result), ScoredSegments.labelAuc(scores, labels));
    } finally {
      scores.unpersist();
    }
  }

  private ScoredSegments.Threshold threshold(
      Dataset<Row> scores, List<Leaf> segments, Splits.Shape shape, TrainingResult result) {
    ThresholdChoice choice = options.threshold();
    if (choice.value() != null) {
      return ScoredSegments.givenThreshold(scores, choice.value());
    }
    if (choice.alarmsPerHour() == null) {
      return ScoredSegments.autoThreshold(scores, result.segments(), result.anomalous());
    }
    return ScoredSegments.givenThreshold(
        scores,
        ScoredSegments.rateThreshold(
            scores, hours(scores, segments, shape), choice.alarmsPerHour()));
  }

  private void doubt(Doubts doubts, Judged judged, TrainingResult result, boolean standardized) {
    if (judged.labelAuc() != null && judged.labelAuc() < LEAST_LABEL_AUC) {
      doubts.add(
          String.format(
              Locale.ROOT,
              "the detector did not learn its labels: its scores of the training footage rank the"
                  + " pseudo-labels with an AUC of %.3f, and 0.5 is chance. What helps: %smore"
                  + " epochs, other features, or --preset robust",
              judged.labelAuc(),
              standardized ? "" : "--standardize, "));
    }
    long tied = judged.threshold().tied();
    boolean wanting = judged.threshold().above() < 0.9 * result.anomalous();
    if (tied >= MANY_TIED && (wanting || options.threshold().value() != null)) {
      doubts.add(
          "the threshold is on a tie: "
              + tied
              + " of "
              + Console.count(result.segments(), "training segment")
              + " have the same score there, and "
              + judged.threshold().above()
              + " lie above it where "
              + result.anomalous()
              + " are pseudo-labelled anomalous. Look at the scores, or give --threshold");
    }
  }

  /** Hours of the training footage; needs every video's fps. */
  private double hours(Dataset<Row> scores, List<Leaf> segments, Splits.Shape shape) {
    Dataset<Row> fps =
        workspace
            .read(context.spark(), segments.stream().map(leaf -> leaf.in(Table.VIDEOS)).toList())
            .select("video_id", "fps");
    Dataset<Row> lengths =
        scores.groupBy("video_id").count().join(fps, "video_id").filter(col("fps").gt(0));
    Row known =
        lengths
            .agg(
                sum(col("count").multiply(shape.framesPerSegment()).divide(col("fps"))),
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

  private ObjectNode report(TrainingResult result, ObjectNode inputs) {
    ObjectNode json = Json.object();
    json.put("split", options.trainSplit());
    json.put("seed", plan.seed());
    json.put("epochs", result.epochs());
    json.put("epochs_planned", plan.epochs());
    json.put("stopped_early", result.stoppedEarly());
    json.put("batch", plan.batch());
    json.put("workers", plan.workers());
    json.put("deal_every", plan.dealEvery());
    json.put("averaging_frequency", plan.averagingFrequency());
    json.put("learning_rate", plan.learningRate());
    json.put("learning_rate_rule", plan.rule().toString());
    json.put("effective_learning_rate", plan.effectiveLearningRate());
    json.put("optimizer", plan.descent().optimizer().toString());
    json.put("momentum", plan.descent().momentum());
    ArrayNode steps = json.putArray("learning_rate_steps");
    plan.descent().rateSteps().forEach(steps::add);
    json.put("learning_rate_factor", plan.descent().rateFactor());
    json.put("training_master", plan.master().toString());
    json.put("segments", result.segments());
    json.put("anomalous_segments", result.anomalous());
    json.put("mean_target", result.share());
    json.put(OUTPUT_BIAS, result.outputBias());
    ArrayNode losses = json.putArray("losses");
    result.losses().forEach(losses::add);
    json.put("estimated_seconds", result.estimate().toMillis() / 1000.0);
    json.put("seconds", result.took().toMillis() / 1000.0);
    json.put("epochs_this_run", result.trained());
    if (result.trained() > 0) {
      json.put("segments_per_second", result.segmentsPerSecond());
    }
    ArrayNode machines = json.putArray("machines");
    for (Machine machine : result.machines()) {
      machines
          .addObject()
          .put("cpu", machine.cpu())
          .put("natives", machine.natives())
          .put("threads", machine.threads());
    }
    json.set("versions", Json.MAPPER.valueToTree(Versions.all()));
    json.set("inputs", inputs);
    return json;
  }

  /** A model counts as a table of the segments that it learned from. */
  private void tellTable(String id) {
    context.listener().model(id);
    context.listener().table("model/versions/" + id, store.training(id).path("segments").asLong());
  }

  private void tell(Instant start, TrainingResult result, DetectorModel model, String id) {
    tellTable(id);
    for (Machine machine : result.machines()) {
      if (machine.threads() > 1) {
        context
            .console()
            .warning(
                "native operations used "
                    + machine.threads()
                    + " threads: the parameters equal only those of trainings with as many. Set"
                    + " OMP_NUM_THREADS=1 for driver and executors");
      }
    }
    String early =
        result.stoppedEarly()
            ? "; time was up, 'c2fpl train' goes on from epoch " + result.epochs()
            : "";
    context
        .console()
        .stage(
            NAME,
            Duration.between(start, Instant.now()),
            id
                + ": "
                + Console.count(result.epochs(), "epoch")
                + " over "
                + Console.count(result.segments(), "segment")
                + String.format(
                    Locale.ROOT,
                    ", loss %.4f → %.4f, threshold %.4g (%s)",
                    result.losses().get(0),
                    result.losses().get(result.losses().size() - 1),
                    model.threshold(),
                    model.thresholdRule())
                + (promote ? "" : "; a candidate, 'c2fpl promote' puts it to use")
                + early);
  }

  private final class ConsoleProgress implements TrainingProgress, AutoCloseable {
    private final long segments;
    private Progress progress;

    /**
     * @param segments that an epoch goes through
     */
    ConsoleProgress(long segments) {
      this.segments = segments;
    }

    private Progress progress() {
      if (progress == null) {
        progress = context.console().progress(NAME, plan.epochs() * segments, "segments");
      }
      return progress;
    }

    @Override
    public void close() {
      if (progress != null) {
        progress.close();
      }
    }

    @Override
    public void resumed(int epochs) {
      progress().resumed(epochs * segments);
      context.console().line(NAME + "     goes on after epoch " + epochs);
    }

    @Override
    public void estimated(Duration remaining) {
      progress();
      context
          .console()
          .line(NAME + "     will take about " + Console.readable(remaining) + " (timed warm-up)");
    }

    @Override
    public void epoch(int epoch, int epochs, double loss, Duration took) {
      // What is left would be in vain.
      context.workspace().requireLock();
      context.listener().set(StageListener.Figure.TRAINING_EPOCH, epoch);
      context.listener().set(StageListener.Figure.TRAINING_LOSS, loss);
      progress().reached(epoch * segments);
      progress().note(String.format(Locale.ROOT, "epoch %d/%d, loss %.4f", epoch, epochs, loss));
    }
  }
}
