package org.c2fpl.experiment;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.Path;
import org.c2fpl.detector.ModelStore;
import org.c2fpl.stages.StageContext;
import org.c2fpl.workspace.Fingerprints;
import org.c2fpl.workspace.Json;
import org.c2fpl.workspace.Leaf;
import org.c2fpl.workspace.Manifest;
import org.c2fpl.workspace.Table;
import org.c2fpl.workspace.Workspace;
import org.c2fpl.workspace.WriteMode;

/**
 * Results of stages, each in a workspace of its own under {@code experiment/stages/<stage>-<hash>/}
 * and layered over the one it was made from. The hash is over the stage's options, the seed where
 * it matters, and the hash of what is read; so what runs have in common is one folder, in this
 * study and in every other. Inside the folders manifests tell, as ever, what is up to date.
 *
 * <p>A result that two runs ask for at the same time is computed once. Memory: a few objects a
 * folder.
 */
final class Steps {
  static final String FOLDER = "stages";
  private static final String RECORD = "_step.json";
  private static final int HASH = 12;

  /** What {@link Object#toString} gives: another text in every process. */
  private static final Pattern NO_TEXT = Pattern.compile("[\\w$]@[0-9a-f]{4,8}\\b");

  /** The tables that are ingested or annotated; a study sees no other of its workspace. */
  private static final Set<Table> GIVEN =
      EnumSet.of(Table.VIDEOS, Table.SEGMENTS, Table.REJECTED, Table.ANNOTATIONS);

  /**
   * A finished chain of steps.
   *
   * @param hash of the last step and all before it
   * @param seconds that they took, whenever that was
   */
  record Done(Workspace workspace, String hash, double seconds) {}

  private final StageContext context;
  private final Done footage;
  private final Map<String, FutureTask<Done>> steps = new ConcurrentHashMap<>();

  /**
   * @param context on the workspace that holds the footage, locked
   */
  Steps(StageContext context) {
    this.context = context;
    this.footage = new Done(context.workspace().only(GIVEN), "footage", 0);
  }

  /** The workspace that shows everything of a run, from footage to evaluation. */
  Done evaluated(Experiment.Run run) {
    Done done = footage;
    for (Step step : Step.values()) {
      done = after(done, step, run);
    }
    return done;
  }

  private Done after(Done before, Step step, Experiment.Run run) {
    boolean seeded = SeededStages.isSeeded(step, run.options());
    String options = step.options(run.method()).toString();
    if (NO_TEXT.matcher(options).find()) {
      throw new IllegalStateException("an option without a text of its own: " + options);
    }
    String identity =
        String.join(
            "\n",
            step.toString(),
            options,
            seeded ? Long.toString(run.seed()) : "any seed",
            before.hash());
    String hash = Fingerprints.sha256(identity.getBytes(StandardCharsets.UTF_8)).substring(0, HASH);
    String folder = "experiment/" + FOLDER + "/" + step + "-" + hash;
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
      Done before, Step step, Experiment.Run run, boolean seeded, String folder, String hash) {
    long start = System.nanoTime();
    Workspace workspace = before.workspace().layer(context.workspace(), folder);
    step.run(
        new StageContext(
            context.spark(), workspace, run.seed(), context.writeMode(), context.console().quiet()),
        run.method());
    ArrayNode written = written(workspace, step, seeded);
    Path file = workspace.path(RECORD);
    // What was up to date took its time in an earlier session.
    Optional<JsonNode> earlier =
        workspace.readJson(file).filter(record -> record.path("written").equals(written));
    double seconds =
        earlier.isPresent() && context.writeMode() != WriteMode.OVERWRITE
            ? earlier.get().path("seconds").asDouble()
            : (System.nanoTime() - start) / 1e9;
    ObjectNode record = Json.object();
    record.put("stage", step.toString());
    record.put("options", step.options(run.method()).toString());
    record.put("seconds", seconds);
    record.set("written", written);
    workspace.writeAtomically(file, bytes(record));
    return new Done(workspace, hash, before.seconds() + seconds);
  }

  /** What a step's folder holds, by fingerprint; finds stages that are random unannounced. */
  private static ArrayNode written(Workspace workspace, Step step, boolean seeded) {
    ArrayNode written = Json.MAPPER.createArrayNode();
    for (Table table : Table.values()) {
      for (Leaf leaf : workspace.ownLeaves(table)) {
        Manifest manifest = workspace.manifest(leaf).orElseThrow();
        if (!seeded
            && step.compareTo(Step.TRAIN) < 0
            && manifest.parameters().containsKey("seed")) {
          throw new IllegalStateException(
              leaf + " depends on the seed, which SeededStages does not say of " + step);
        }
        written.add(leaf + " " + manifest.fingerprint());
      }
    }
    if (step == Step.TRAIN) {
      ModelStore store = new ModelStore(workspace);
      written.add("model " + store.fingerprint(store.requireCurrent()));
    }
    return written;
  }

  private static byte[] bytes(ObjectNode json) {
    return (json.toPrettyString() + "\n").getBytes(StandardCharsets.UTF_8);
  }
}
