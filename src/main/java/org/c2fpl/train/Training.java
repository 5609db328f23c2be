package org.c2fpl.train;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
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
import org.c2fpl.memory.NativeNeed;
import org.c2fpl.method.statistics.FeatureProfile;
import org.c2fpl.segments.SeenSegments;
import org.c2fpl.segments.Splits;
import org.c2fpl.stage.Doubts;
import org.c2fpl.stage.Progress;
import org.c2fpl.stage.StageContext;
import org.c2fpl.stage.StageEvents;
import org.c2fpl.stage.StageEvents.Figure;
import org.c2fpl.stage.StageOutputs;
import org.c2fpl.stage.Unit;
import org.c2fpl.stage.Words;
import org.c2fpl.stats.ProfileStage;
import org.c2fpl.workspace.Fingerprints;
import org.c2fpl.workspace.Json;
import org.c2fpl.workspace.Leaf;
import org.c2fpl.workspace.Manifest;
import org.c2fpl.workspace.ManifestDraft;
import org.c2fpl.workspace.Table;
import org.c2fpl.workspace.Versions;
import org.c2fpl.workspace.Workspace;
import org.c2fpl.workspace.WriteMode;

/**
 * One training, on the footage of a split and its fine labels, including the choice of the
 * threshold.
 *
 * <p>Memory: on the driver the parameters and the updater's state, twice per worker; in a task one
 * batch, and outside the heap the bytes of {@link NativeNeed}.
 */
final class Training {
  static final String NAME = "train";

  private static final String OUTPUT_BIAS = "output_bias";

  private static final Leaf LABELS = Leaf.of(Table.FINE_LABELS);

  private final StageContext context;
  private final Workspace workspace;
  private final TrainStage.Options options;
  private final boolean promote;
  private final ModelStore store;
  private final List<Leaf> segments;
  private final Splits.Shape shape;
  private final Manifest labels;
  private final DetectorArchitecture architecture;
  private final FeatureProfile profile;

  /** The plan with the epochs that this footage needs. */
  private final TrainingPlan plan;

  /** The fingerprints of the inputs, by leaf. */
  private final ObjectNode inputs = Json.object();

  /**
   * Inspects the inputs.
   *
   * @param promote whether the new model becomes the current one
   * @throws DataException for missing tables, and norms that were not computed alike
   */
  Training(StageContext context, TrainStage.Options options, boolean promote) {
    this.context = context;
    this.workspace = context.workspace();
    this.options = options;
    this.promote = promote;
    this.store = new ModelStore(workspace);
    this.segments = Splits.segments(workspace, options.trainSplit());
    this.shape = Splits.sameShape(workspace, segments);
    this.labels = workspace.require(LABELS, "Run 'c2fpl fine' first.");
    this.plan = options.plan().withSteps(options.minSteps(), labels.rows());
    this.architecture =
        DetectorArchitecture.standard(shape.dim(), shape.crops())
            .withAttention(options.attention())
            .withDecayBiases(options.decayBiases());
    this.profile = profile();
    inputs.put(LABELS.path(), labels.fingerprint());
    for (Leaf leaf : segments) {
      inputs.put(leaf.path(), workspace.require(leaf, "Ingest it again.").fingerprint());
    }
    if (profile != null) {
      Leaf leaf = Leaf.of(Table.FEATURE_PROFILE);
      inputs.put(leaf.path(), workspace.manifest(leaf).orElseThrow().fingerprint());
    }
  }

  Unit unit() {
    Unit unit =
        Unit.elsewhere(this::found)
            .seed(plan.seed())
            .parameters(options.ofResult())
            .parameter("architecture", architecture.stored())
            .parameter("plan", plan.stored());
    inputs
        .fields()
        .forEachRemaining(input -> unit.input(input.getKey(), input.getValue().asText()));
    return unit.made(this::train);
  }

  /** The result if the model exists; empty if it has to be trained. */
  private Optional<String> found(ManifestDraft draft) {
    String fingerprint = fingerprint(draft);
    Optional<String> id = promote ? upToDate(fingerprint) : stored(fingerprint);
    id.ifPresent(
        found -> {
          store.load(found);
          table(found);
          if (exists(store.checkpoints())) {
            // Left by a run that was killed after it had stored the model.
            training(fixedSegments(), new Shown()).dropOwnCheckpoints();
          }
        });
    return id.map(found -> "model " + found + (promote ? " is up to date" : " is already stored"));
  }

  private static String fingerprint(ManifestDraft draft) {
    return draft.fingerprint("model");
  }

  private DetectorTraining training(int fixedSegments, Shown shown) {
    // Their bins are read instead.
    segments.forEach(workspace::requireWhole);
    Dataset<Row> features = SeenSegments.read(context, segments, fixedSegments);
    Dataset<Row> labelled = labelRows();
    StageEvents events = context.events();
    events.query("the features of segments", () -> features);
    events.query("the labels of segments", () -> labelled);
    events.noQuery(
        "the deal, training, and averages of workers",
        "an RDD deals segments to the files of workers, and DeepLearning4J trains on ND4J's"
            + " backend, which Spark-RAPIDS does not see: a scan on the GPU would only copy the"
            + " features back");
    events.noQuery("the threshold", "as score: an RDD and ND4J's backend");
    return new DetectorTraining(
        JavaSparkContext.fromSparkContext(context.spark().sparkContext()),
        architecture,
        plan,
        new TrainingData(features, labelled, profile, Fingerprints.of(inputs)),
        workspace.fileSystem(),
        store.checkpoints(),
        shown);
  }

  private int fixedSegments() {
    return SeenSegments.fixedSegments(workspace, segments);
  }

  private Dataset<Row> labelRows() {
    return workspace.read(context.spark(), LABELS);
  }

  private String train(StageOutputs out) {
    String fingerprint = fingerprint(out.draft());
    int fixedSegments = fixedSegments();
    TrainingResult result;
    DetectorTraining training;
    try (Shown shown = new Shown()) {
      training = training(fixedSegments, shown);
      NativeNeed.check(context, NativeNeed.training(architecture, plan));
      result = training.run();
    }
    DetectorModel untuned =
        new DetectorModel(
            architecture, result.parameters(), profile, options.smooth(), 0.5, "none");
    TrainingScores scores =
        TrainingScores.of(
            context, segments, labelRows(), fixedSegments, untuned, options.threshold(), result);
    DetectorModel model =
        new DetectorModel(
            architecture,
            result.parameters(),
            profile,
            options.smooth(),
            scores.threshold().value(),
            options.threshold().toString());
    if (!promote) {
      requireOther(model.id(), fingerprint);
    }
    ObjectNode report = report(result);
    report.put(SeenSegments.FIXED_SEGMENTS, fixedSegments);
    report.put(ModelStore.LABEL_AUC, scores.labelAuc());
    scores.doubt(new Doubts(context.events(), report), profile != null);
    String id = store.save(model, fingerprint, report, out.draft());
    if (promote) {
      store.promote(id);
    }
    if (!result.stoppedEarly()) {
      training.dropCheckpoints();
    }
    return summary(result, model, id);
  }

  private boolean exists(Path path) {
    try {
      return workspace.fileSystem().exists(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The profile, if the norms that led to the labels were standardised with it. */
  private FeatureProfile profile() {
    Set<Boolean> standardized = new HashSet<>();
    for (Leaf leaf : segments) {
      Manifest norms = workspace.require(leaf.in(Table.SEGMENT_NORMS), "Run 'c2fpl stats' first.");
      standardized.add(Boolean.TRUE.equals(norms.parameters().get("standardize")));
    }
    if (standardized.size() > 1) {
      throw new DataException(
          "Cannot train the detector: the norms of some batches of split "
              + options.trainSplit()
              + " were standardised and those of others were not. Run 'c2fpl stats' for all of"
              + " them, with or without --standardize.");
    }
    if (standardized.contains(false)) {
      return null;
    }
    return ProfileStage.read(context)
        .orElseThrow(
            () ->
                new DataException(
                    "Cannot train the detector: the norms were standardised, but feature_profile is"
                        + " gone. Run 'c2fpl stats --standardize' again."));
  }

  /** The current model if it is this one and complete; refuses where the write mode requires it. */
  private Optional<String> upToDate(String fingerprint) {
    if (context.writeMode() == WriteMode.OVERWRITE) {
      return Optional.empty(); // Replaces any model, even a damaged one.
    }
    Optional<String> current = store.current();
    if (current.isEmpty()) {
      return Optional.empty();
    }
    String id = current.get();
    boolean same = store.fingerprint(id).equals(fingerprint);
    boolean complete = !store.training(id).path("stopped_early").asBoolean();
    if (same && !complete) {
      return Optional.empty();
    }
    if (context.writeMode() == WriteMode.ERROR) {
      throw new DataException(
          "Cannot write model: version "
              + id
              + " already exists. Use --write-mode overwrite to train another or --write-mode"
              + " skip to keep it.");
    }
    if (same) {
      return current;
    }
    Optional<String> earlier = earlierVersion(id);
    if (context.writeMode() == WriteMode.SKIP) {
      throw new DataException(
          "Cannot skip model: version "
              + id
              + " already exists but was trained "
              + earlier.orElse("from other inputs or parameters")
              + ". Use --write-mode overwrite to train another.");
    }
    earlier.ifPresent(
        by -> context.events().noted(NAME + "     again: " + id + " was trained " + by));
    return Optional.empty();
  }

  /** The text for a model trained by an earlier version of this program; empty for this version. */
  private Optional<String> earlierVersion(String id) {
    Optional<Manifest> made = store.manifest(id);
    if (made.filter(manifest -> manifest.madeBy() == DetectorTraining.ALGORITHM).isPresent()) {
      return Optional.empty();
    }
    boolean biased = made.filter(each -> each.parameters().containsKey(OUTPUT_BIAS)).isPresent();
    return Optional.of(
        "by an earlier version of this program, "
            + (biased ? "which recorded its options differently" : "from an output bias of 0"));
  }

  /** Refuses a candidate whose files would replace those of the current model. */
  private void requireOther(String id, String fingerprint) {
    if (store.current().filter(id::equals).isPresent()
        && !store.fingerprint(id).equals(fingerprint)) {
      throw new DataException(
          "Cannot store candidate "
              + id
              + ": it has the parameters of the current model and differs only in threshold or"
              + " smoothing. Change the current model by 'c2fpl train --write-mode overwrite'.");
    }
  }

  /** A complete stored model of this training, current or not; empty if there is none. */
  private Optional<String> stored(String fingerprint) {
    if (context.writeMode() == WriteMode.OVERWRITE) {
      return Optional.empty();
    }
    return store.versions().stream()
        .map(ModelStore.Version::id)
        .filter(id -> store.fingerprint(id).equals(fingerprint))
        .filter(id -> !store.training(id).path("stopped_early").asBoolean())
        .findFirst();
  }

  private ObjectNode report(TrainingResult result) {
    ObjectNode json = Json.MAPPER.valueToTree(plan.stored());
    json.put("epochs", result.epochs());
    json.put("epochs_planned", plan.epochs());
    json.put("stopped_early", result.stoppedEarly());
    json.put("split", options.trainSplit());
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

  /** A model is recorded like a table of its training segments. */
  private void table(String id) {
    context.events().model(id);
    context.events().table("model/versions/" + id, store.training(id).path("segments").asLong());
  }

  private String summary(TrainingResult result, DetectorModel model, String id) {
    table(id);
    for (Machine machine : result.machines()) {
      if (machine.threads() > 1) {
        context
            .events()
            .warned(
                "native operations used "
                    + machine.threads()
                    + " threads: the parameters equal only those of trainings with as many threads."
                    + " Set OMP_NUM_THREADS=1 for driver and executors");
      }
    }
    return id
        + ": "
        + Words.count(result.epochs(), "epoch")
        + " over "
        + Words.count(result.segments(), "segment")
        + String.format(
            Locale.ROOT,
            ", loss %.4f → %.4f, threshold %.4g (%s)",
            result.losses().get(0),
            result.losses().get(result.losses().size() - 1),
            model.threshold(),
            model.thresholdRule())
        + (promote ? "" : "; a candidate, which 'c2fpl promote' makes the current model")
        + (result.stoppedEarly()
            ? "; time was up, 'c2fpl train' continues from epoch " + result.epochs()
            : "");
  }

  /** Shows the progress of the training. */
  private final class Shown implements TrainingProgress, AutoCloseable {
    /** The segments of an epoch: all of them. */
    private final long all = labels.rows();

    private Progress progress;

    private Progress progress() {
      if (progress == null) {
        progress = context.progress(NAME, plan.epochs() * all, "segments");
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
      progress().resumed(epochs * all);
      context.events().noted(NAME + " continues after epoch " + epochs);
    }

    @Override
    public void estimated(Duration remaining) {
      progress();
      context
          .events()
          .noted(NAME + "     will take about " + Words.readable(remaining) + " (timed warm-up)");
    }

    @Override
    public void epoch(int epoch, int epochs, double loss, Duration took) {
      // Further epochs would be in vain.
      context.workspace().requireLock();
      context.events().figure(Figure.TRAINING_EPOCH, epoch);
      context.events().figure(Figure.TRAINING_LOSS, loss);
      progress().reached(epoch * all);
      progress().note(String.format(Locale.ROOT, "epoch %d/%d, loss %.4f", epoch, epochs, loss));
    }
  }
}
