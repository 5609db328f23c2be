package org.c2fpl.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.c2fpl.testing.StandaloneCluster;
import org.c2fpl.workspace.Json;

/** Training on Spark compared with training without it, and two executors compared with one. */
final class ExecutorsSection implements Section {
  private static final int DIM = 2048;
  private static final int SMALL_BATCH = 128;
  private static final String DL4J = "DL4J";

  @Override
  public String title() {
    return "training on executors";
  }

  @Override
  public Outcome run(Bench bench) throws IOException, InterruptedException {
    List<Comparison> comparisons = new ArrayList<>();
    List<String> notes = new ArrayList<>();
    onSpark(bench, comparisons);
    onTwoExecutors(bench, comparisons, notes);
    if (!bench.options().footage().isEmpty()) {
      onRealFootage(bench, comparisons, notes);
    }
    return new Outcome(
        "Seconds an epoch of the training on Spark with one worker on one core against the same"
            + " batches in a plain loop; then segments a second with two workers on two one-core"
            + " executors of a standalone cluster against one worker on one. Of the epochs the"
            + " second half counts: before that the compiler takes a core for itself, which one"
            + " executor leaves idle and two do not. Batches of 128.",
        comparisons,
        notes);
  }

  private static void onSpark(Bench bench, List<Comparison> comparisons)
      throws IOException, InterruptedException {
    Path workspace = footage(bench);
    int epochs = epochs(bench);
    long segments = Bench.rows(workspace);
    Lines lines =
        bench.alternate(
            bench.ours(
                "Spark",
                1,
                List.of("-XX:ActiveProcessorCount=1"),
                "train-spark",
                workspace.toString(),
                "1",
                Integer.toString(SMALL_BATCH),
                Integer.toString(epochs)),
            bench.ours(
                DL4J,
                1,
                List.of("-XX:ActiveProcessorCount=1"),
                join("fit-batches", arguments(SMALL_BATCH, 1, DIM, (int) segments, epochs))));
    comparisons.add(
        new Comparison(
            String.format(Locale.ROOT, "an epoch of %,d segments, one worker", segments),
            "s",
            lines.figure("Spark", "epoch", "seconds"),
            lines.figure(DL4J, "epoch", "seconds"),
            Goal.ratioAtMost(1.1)));
  }

  private static void onTwoExecutors(Bench bench, List<Comparison> comparisons, List<String> notes)
      throws IOException, InterruptedException {
    Path workspace = footage(bench);
    String epochs = Integer.toString(epochs(bench));
    Path folder = bench.folder("cluster");
    Bench.delete(folder);
    Lines lines;
    try (StandaloneCluster cluster = new StandaloneCluster(folder, Bench.CORES)) {
      lines =
          bench.alternate(
              onCluster(bench, cluster, workspace, epochs, 2),
              onCluster(bench, cluster, workspace, epochs, 1));
    }
    comparisons.add(
        new Comparison(
            String.format(Locale.ROOT, "%,d segments, executors", Bench.rows(workspace)),
            "segments/s",
            lines.figure(executors(2), "epoch", "rows_per_second"),
            lines.figure(executors(1), "epoch", "rows_per_second"),
            Goal.ratioAtLeast(1.7)));
    notes.add(
        String.format(
            Locale.ROOT,
            "Loss after %s epochs on generated footage: %.4f with two workers, %.4f with one.",
            epochs,
            lines.median(executors(2), "epoch", "loss"),
            lines.median(executors(1), "epoch", "loss")));
  }

  private static Contender onCluster(
      Bench bench, StandaloneCluster cluster, Path workspace, String epochs, int workers) {
    List<String> jvm =
        new ArrayList<>(
            List.of(
                "-Dspark.master=" + cluster.url(),
                "-Dspark.executor.extraClassPath=" + System.getProperty("java.class.path")));
    StandaloneCluster.settings(workers).forEach(setting -> jvm.add("-D" + setting));
    return bench.ours(
        executors(workers),
        1,
        jvm,
        "train-spark",
        workspace.toString(),
        Integer.toString(workers),
        Integer.toString(SMALL_BATCH),
        epochs);
  }

  private static String executors(int workers) {
    return workers == 1 ? "one executor" : "two executors";
  }

  /** Whole runs of the program, so that also the AUC and the loss can be compared. */
  private static void onRealFootage(Bench bench, List<Comparison> comparisons, List<String> notes)
      throws IOException, InterruptedException {
    int epochs = bench.quick() ? 2 : 100;
    Lines lines = new Lines();
    try (StandaloneCluster cluster = new StandaloneCluster(fresh(bench), Bench.CORES)) {
      for (int repeat = 0; repeat < bench.options().repeats(); repeat++) {
        for (int workers = Bench.CORES; workers >= 1; workers--) {
          whole(bench, cluster, workers, epochs, lines);
        }
      }
    }
    String two = executors(2);
    String one = executors(1);
    comparisons.add(
        new Comparison(
            "the given footage, standardised, all " + epochs + " epochs",
            "segments/s",
            lines.figure(two, "given", "rows_per_second"),
            lines.figure(one, "given", "rows_per_second"),
            Goal.ratioAtLeast(1.7)));
    notes.add(
        String.format(
            Locale.ROOT,
            "The given footage after %d epochs: frame AUC %.4f and loss %.4f with two workers, %.4f"
                + " and %.4f with one.",
            epochs,
            lines.median(two, "given", "auc"),
            lines.median(two, "given", "loss"),
            lines.median(one, "given", "auc"),
            lines.median(one, "given", "loss")));
  }

  private static Path fresh(Bench bench) throws IOException {
    Path folder = bench.folder("cluster");
    Bench.delete(folder);
    return folder;
  }

  private static void whole(
      Bench bench, StandaloneCluster cluster, int workers, int epochs, Lines lines)
      throws IOException, InterruptedException {
    Path workspace = bench.folder("given-" + workers);
    Bench.delete(workspace);
    List<Path> footage = bench.options().footage();
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "run",
                "--workspace",
                workspace.toString(),
                "--train",
                footage.get(0).toString(),
                "--test",
                footage.get(1).toString(),
                "--annotations",
                footage.get(2).toString(),
                "--standardize",
                "--workers",
                Integer.toString(workers),
                "--epochs",
                Integer.toString(epochs)));
    arguments.addAll(cluster.submission(workers));
    Contender program = bench.program(executors(workers), arguments.toArray(String[]::new));
    bench.run(program, lines);
    JsonNode current = Json.MAPPER.readTree(workspace.resolve("model/current.json").toFile());
    JsonNode training =
        Json.MAPPER
            .readTree(
                workspace
                    .resolve("model/versions")
                    .resolve(current.path("version").asText())
                    .resolve("detector.json")
                    .toFile())
            .path("training");
    JsonNode metrics = Json.MAPPER.readTree(workspace.resolve("evaluation/metrics.json").toFile());
    JsonNode losses = training.path("losses");
    bench.keep(
        bench
            .line(executors(workers), "given")
            .put("rows_per_second", training.path("segments_per_second").asDouble())
            .put("loss", losses.path(losses.size() - 1).asDouble())
            .put("auc", metrics.path("frame_auc").asDouble()),
        lines);
    Bench.delete(workspace);
  }

  private static int epochs(Bench bench) {
    return bench.quick() ? 4 : 16;
  }

  private static Path footage(Bench bench) throws IOException, InterruptedException {
    Path workspace = bench.footage(bench.quick() ? 128 : 8, 1, DIM);
    Bench.warmCache(Bench.segments(workspace));
    return workspace;
  }

  private static String[] arguments(int... values) {
    return java.util.Arrays.stream(values).mapToObj(Integer::toString).toArray(String[]::new);
  }

  private static String[] join(String first, String... rest) {
    List<String> all = new ArrayList<>(List.of(first));
    all.addAll(List.of(rest));
    return all.toArray(String[]::new);
  }
}
