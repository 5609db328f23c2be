package org.c2fpl.experiment;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.c2fpl.detector.ModelStore;
import org.c2fpl.pipeline.Stages;
import org.c2fpl.pipeline.Stages.OfMethod;
import org.c2fpl.stage.StageContext;
import org.c2fpl.stage.StageEvents;
import org.c2fpl.train.TrainStage;
import org.c2fpl.workspace.Fingerprints;
import org.c2fpl.workspace.Json;
import org.c2fpl.workspace.Leaf;
import org.c2fpl.workspace.Manifest;
import org.c2fpl.workspace.Table;
import org.c2fpl.workspace.Workspace;
import org.c2fpl.workspace.WriteMode;

/**
 * Results of stages, each in its own workspace {@code experiment/stages/<stage>-<hash>/}, layered
 * over the workspace that it was made from. The hash covers the stage's options, the seed if the
 * stage depends on it, and the hash of the inputs. So runs share one folder for a common stage, in
 * this study and in others. Inside the folders, manifests show as usual what is up to date.
 *
 * <p>A result that two runs need at the same time is computed once. Memory: a few objects per
 * folder.
 */
final class Steps {
  static final String FOLDER = "stages";
  static final String FOLDER_OF_STEPS = "experiment/" + FOLDER;
  private static final String RECORD = "_step.json";
  private static final int HASH = 16;

  /** The names of folders from before steps had an algorithm version and named options. */
  private static final Pattern EARLIER = Pattern.compile("[a-z]+-[0-9a-f]{12}");

  /** The tables of ingest and annotate; a study reads no others of its workspace. */
  private static final Set<Table> GIVEN =
      EnumSet.of(Table.VIDEOS, Table.SEGMENTS, Table.REJECTED, Table.ANNOTATIONS);

  /**
   * A finished chain of steps.
   *
   * @param hash of the last step and all before it
   * @param seconds that they took when they ran
   * @param trained whether the training is one of them
   */
  record Done(Workspace workspace, String hash, double seconds, boolean trained) {}

  private final StageContext context;
  private final Done footage;
  private final Map<String, FutureTask<Done>> steps = new ConcurrentHashMap<>();

  /**
   * @param context on the locked workspace with the footage
   */
  Steps(StageContext context) {
    this.context = context;
    this.footage = new Done(context.workspace().only(GIVEN), "footage", 0, false);
  }

  /** Results of an earlier version, which are ignored. */
  long ofAnEarlierVersion() {
    Path all = context.workspace().path(FOLDER_OF_STEPS);
    try {
      FileSystem fs = context.workspace().fileSystem();
      return fs.exists(all)
          ? Stream.of(fs.listStatus(all))
              .filter(status -> EARLIER.matcher(status.getPath().getName()).matches())
              .count()
          : 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The workspace with everything of a run, from footage to evaluation. */
  Done evaluated(Experiment.Run run) {
    Done done = footage;
    for (OfMethod<?> step : Stages.METHOD) {
      done = after(done, step, run);
    }
    return done;
  }

  private Done after(Done before, OfMethod<?> step, Experiment.Run run) {
    // Stages after the training depend on its seed.
    boolean seeded = !before.trained() && step.draws(run.method());
    ObjectNode identity =
        Json.object()
            .put("stage", step.stage().name())
            .put("algorithm", step.stage().algorithm())
            .put("before", before.hash());
    identity.set("options", options(step, run));
    if (seeded) {
      identity.put("seed", run.seed());
    }
    String hash = Fingerprints.of(identity).substring(0, HASH);
    String folder = FOLDER_OF_STEPS + "/" + step.stage().name() + "-" + hash;
    FutureTask<Done> task =
        new FutureTask<>(() -> compute(before, step, run, seeded, folder, hash));
    FutureTask<Done> first = steps.putIfAbsent(folder, task);
    if (first == null) {
      task.run();
      first = task;
    }
    try {
      return first.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for " + folder, e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw new IllegalStateException(e.getCause());
    }
  }

  private Done compute(
      Done before,
      OfMethod<?> step,
      Experiment.Run run,
      boolean seeded,
      String folder,
      String hash) {
    long start = System.nanoTime();
    Workspace workspace = before.workspace().layer(context.workspace(), folder);
    step.run(
        new StageContext(
            context.spark(),
            workspace,
            run.seed(),
            context.writeMode(),
            StageEvents.warningsOf(context.events())),
        run.method());
    ArrayNode written = written(workspace, before, step, seeded);
    Path file = workspace.path(RECORD);
    // A stage that was up to date took its time in an earlier session.
    Optional<JsonNode> earlier =
        workspace.readJson(file).filter(record -> record.path("written").equals(written));
    double seconds =
        earlier.isPresent() && context.writeMode() != WriteMode.OVERWRITE
            ? earlier.get().path("seconds").asDouble()
            : (System.nanoTime() - start) / 1e9;
    ObjectNode record = Json.object();
    record.put("stage", step.stage().name());
    record.put("algorithm", step.stage().algorithm());
    record.set("options", options(step, run));
    record.put("seconds", seconds);
    record.set("written", written);
    workspace.writeAtomically(file, bytes(record));
    return new Done(workspace, hash, before.seconds() + seconds, before.trained() || trains(step));
  }

  private static boolean trains(OfMethod<?> step) {
    return step.stage() instanceof TrainStage;
  }

  private static JsonNode options(OfMethod<?> step, Experiment.Run run) {
    return Json.MAPPER.valueToTree(step.stored(run.method()).stored());
  }

  /**
   * The content of a step's folder, by fingerprint; detects stages that are random without
   * declaring it.
   */
  private static ArrayNode written(
      Workspace workspace, Done before, OfMethod<?> step, boolean seeded) {
    ArrayNode written = Json.MAPPER.createArrayNode();
    for (Table table : Table.values()) {
      for (Leaf leaf : workspace.ownLeaves(table)) {
        Manifest manifest = workspace.manifest(leaf).orElseThrow();
        if (!seeded && !before.trained() && manifest.parameters().containsKey("seed")) {
          throw new IllegalStateException(
              leaf
                  + " depends on the seed, but stage "
                  + step.stage().name()
                  + " does not declare it");
        }
        written.add(leaf + " " + manifest.fingerprint());
      }
    }
    if (trains(step)) {
      ModelStore store = new ModelStore(workspace);
      written.add("model " + store.fingerprint(store.requireCurrent()));
    }
    return written;
  }

  private static byte[] bytes(ObjectNode json) {
    return (json.toPrettyString() + "\n").getBytes(StandardCharsets.UTF_8);
  }
}
