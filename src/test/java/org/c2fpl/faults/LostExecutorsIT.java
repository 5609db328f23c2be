package org.c2fpl.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.c2fpl.endtoend.SmallFootage;
import org.c2fpl.testing.Launcher;
import org.c2fpl.testing.StandaloneCluster;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Executors and workers of a standalone cluster that die at work; the command ends all the same.
 */
class LostExecutorsIT {
  /** Of a file that a task writes; the last number is the task's. */
  private static final Pattern ATTEMPT =
      Pattern.compile("/attempt_[0-9]+_[0-9]+_m_[0-9]+_([0-9]+)/part-");

  @TempDir static Path folder;
  private static Reference reference;
  private static StandaloneCluster cluster;

  @BeforeAll
  static void start() throws Exception {
    reference = Reference.get();
    cluster = new StandaloneCluster(folder, 2);
  }

  @AfterAll
  static void stop() throws InterruptedException {
    cluster.close();
  }

  @Test
  void anExecutorIsKilledInTraining() throws Exception {
    Path workspace =
        reference.copyTo(
            folder.resolve("training"),
            "model",
            "segment_scores",
            "detections",
            "evaluation",
            "report");
    Path output = folder.resolve("training.out");
    List<String> train = new ArrayList<>(List.of("train", "--workspace", workspace.toString()));
    train.addAll(List.of(Reference.EPOCHS));
    train.addAll(List.of("--workers", "2"));
    Process process = submit("training", output, train);

    Path checkpoints = workspace.resolve("model/_checkpoints");
    Faults.await(
        process, output, () -> Files.exists(checkpoints.resolve("epoch-000002.checkpoint")));
    ProcessHandle killed = cluster.executor(0).orElseThrow();
    assertThat(killed.destroyForcibly()).isTrue();

    assertThat(Faults.end(process)).as(Files.readString(output)).isZero();
    assertThat(log("training")).contains("Lost executor 0");
    assertThat(SmallFootage.parameterHash(workspace))
        .hasSize(64)
        .isEqualTo(SmallFootage.parameterHash(reference.workspace()));
    Soundness.assertSound(workspace);
    Soundness.assertNothingLeft(workspace);
  }

  @Test
  void aWorkerIsLostInScoring() throws Exception {
    Path workspace =
        reference.copyTo(
            folder.resolve("scoring"), "segment_scores", "detections", "evaluation", "report");
    Path output = folder.resolve("scoring.out");
    Process process =
        submit(
            "scoring",
            output,
            List.of("score", "--workspace", workspace.toString(), "--split", "test"));

    AtomicReference<String> task = new AtomicReference<>();
    Faults.await(
        process,
        output,
        () -> {
          taskAtWork(workspace).ifPresent(task::set);
          return task.get() != null;
        });
    int executor = executorOf(task.get());
    cluster.loseWorkerOf(cluster.executor(executor).orElseThrow());

    assertThat(Faults.end(process)).as(Files.readString(output)).isZero();
    assertThat(log("scoring")).contains("Lost executor " + executor);
    var expected = SmallFootage.rows(reference.workspace());
    var found = SmallFootage.rows(workspace);
    assertThat(found.keySet()).anyMatch(leaf -> leaf.startsWith("segment_scores/"));
    found.forEach((leaf, rows) -> assertThat(rows).as(leaf).isEqualTo(expected.get(leaf)));
    Soundness.assertSound(workspace);
    Soundness.assertNothingLeft(workspace);
  }

  /** More often than Spark permits, which is set to not at all. */
  @Test
  void executorsAreLostTooOften() throws Exception {
    Path workspace =
        reference.copyTo(
            folder.resolve("often"),
            "model",
            "segment_scores",
            "detections",
            "evaluation",
            "report");
    Path output = folder.resolve("often.out");
    List<String> train = new ArrayList<>(List.of("train", "--workspace", workspace.toString()));
    train.addAll(List.of(Reference.EPOCHS));
    train.addAll(List.of("--workers", "2"));
    Process process = submit("often", output, train, "spark.task.maxFailures=1");

    Path checkpoints = workspace.resolve("model/_checkpoints");
    Faults.await(
        process, output, () -> Files.exists(checkpoints.resolve("epoch-000002.checkpoint")));
    // Spark does not count one that dies between two tasks, or before it tells that a task runs.
    long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
    long seen = 0;
    while (process.isAlive() && System.nanoTime() < deadline) {
      long started = log("often").lines().filter(line -> line.contains("Starting task ")).count();
      if (started > seen) {
        TimeUnit.MILLISECONDS.sleep(200);
        cluster.killExecutors();
        seen = started;
      }
      TimeUnit.MILLISECONDS.sleep(10);
    }
    int exitCode = Faults.end(process);
    String printed = Files.readString(output);
    assertThat(exitCode).as(printed).isEqualTo(75);
    assertThat(printed)
        .contains("error: Cannot finish the work: executors were lost more often")
        .contains("then give the same command again: finished work is kept.")
        .doesNotContain("\tat ", "internal fault");
    assertThat(SmallFootage.runs(workspace))
        .filteredOn(record -> record.path("exit_code").asInt() == 75)
        .singleElement()
        .satisfies(
            record -> assertThat(record.path("outcome").asText()).isEqualTo("infrastructure"));
    Soundness.assertSound(workspace);
  }

  /** Spark is gone from the workers' disks. */
  @Test
  void executorsCannotStart() throws Exception {
    Path workspace = reference.copyTo(folder.resolve("startless"), "segment_norms", "video_stats");
    Path place = folder.resolve("broken");
    try (StandaloneCluster broken = new StandaloneCluster(place, 1);
        Stream<Path> jars = Files.list(place.resolve("spark-home/jars"))) {
      for (Path jar : jars.toList()) {
        Files.delete(jar);
      }
      Files.delete(place.resolve("spark-home/jars"));
      List<String> stats = new ArrayList<>(List.of("stats", "--workspace", workspace.toString()));
      stats.addAll(broken.submission(1));
      Launcher.Ended ended = Faults.launcher(folder).run(stats.toArray(String[]::new));
      assertThat(ended.exitCode()).as(ended.output()).isEqualTo(75);
      assertThat(ended.output())
          .contains("error: Cannot go on: the application was ended from outside")
          .doesNotContain("\tat ", "internal fault");
    }
    Soundness.assertSound(workspace);
  }

  /** Spark would wait for ever, without a word; Ctrl-C ends the wait. */
  @Test
  void noExecutorComes() throws Exception {
    Path workspace = reference.copyTo(folder.resolve("none"), "segment_norms", "video_stats");
    Path output = folder.resolve("none.out");
    try (StandaloneCluster empty = new StandaloneCluster(folder.resolve("empty"), 0)) {
      List<String> stats = new ArrayList<>(List.of("stats", "--workspace", workspace.toString()));
      stats.addAll(empty.submission(1));
      Process process =
          Faults.launcher(folder)
              .with("C2FPL_LOG", folder.resolve("none.log").toString())
              .interruptible()
              .start(output, stats.toArray(String[]::new));
      Faults.await(process, output, () -> read(output).contains("warning: "));
      assertThat(read(output)).contains("warning: The cluster has given no executor for ");
      Faults.signal("INT", process);
      assertThat(Faults.end(process)).as(read(output)).isEqualTo(130);
      assertThat(read(output))
          .contains("error: Interrupted in stats; the same command goes on.")
          .doesNotContain("ended from outside", "\tat ");
    }
    Soundness.assertSound(workspace);
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Process submit(String name, Path output, List<String> command, String... settings)
      throws IOException {
    List<String> arguments = new ArrayList<>(command);
    arguments.addAll(cluster.submission(2));
    for (String setting : settings) {
      arguments.addAll(List.of("--conf", setting));
    }
    // A lost executor's shuffle files are asked for three times, five seconds apart.
    arguments.addAll(List.of("--conf", "spark.shuffle.io.retryWait=1s"));
    return Faults.launcher(folder)
        .with("C2FPL_LOG", folder.resolve(name + ".log").toString())
        .start(output, arguments.toArray(String[]::new));
  }

  private static String log(String name) throws IOException {
    return Files.readString(folder.resolve(name + ".log"));
  }

  /** The id of a task that has begun to write its scores. */
  private static Optional<String> taskAtWork(Path workspace) {
    Path staging = workspace.resolve("_staging");
    if (!Files.exists(staging)) {
      return Optional.empty();
    }
    try (Stream<Path> files = Files.walk(staging)) {
      return files
          .filter(file -> file.toString().contains("segment_scores"))
          .map(file -> ATTEMPT.matcher(file.toString()))
          .filter(Matcher::find)
          .map(matcher -> matcher.group(1))
          .findFirst();
    } catch (IOException | UncheckedIOException e) {
      return Optional.empty(); // Files came and went while we looked.
    }
  }

  private static int executorOf(String task) throws IOException {
    Matcher started =
        Pattern.compile("\\(TID " + task + "\\) \\([^,]*, executor ([0-9]+)")
            .matcher(log("scoring"));
    assertThat(started.find()).isTrue();
    return Integer.parseInt(started.group(1));
  }
}
