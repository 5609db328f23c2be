package org.c2fpl.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.c2fpl.experiment.Result;
import org.c2fpl.experiment.ResultsCsv;
import org.c2fpl.testing.Launcher;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A study that is killed half way continues, and ends with the results of an undisturbed one. */
class KilledExperimentIT {
  private static final String STUDY =
      """
      name: killed
      seeds: [0, 1]
      base: {standardize: true, epochs: 25}
      variants:
        - {name: paper}
        - {name: narrow, set: {beta: 0.1}}
      """;

  @TempDir Path folder;

  @Test
  void resumesToTheSameResults() throws Exception {
    Launcher launcher = new Launcher(folder);
    SmallFootage footage = SmallFootage.write(folder.resolve("footage"));
    Path study = folder.resolve("killed.yaml");
    Files.writeString(study, STUDY);
    Path uninterrupted = folder.resolve("uninterrupted");
    Path killed = folder.resolve("killed");
    Launcher.Ended ingested = launcher.run(footage.run(uninterrupted, "--epochs", "1"));
    assertThat(ingested.exitCode()).as(ingested.output()).isZero();
    copy(uninterrupted, killed);

    Launcher.Ended whole = launcher.run(experiment(uninterrupted, study));
    assertThat(whole.exitCode()).as(whole.output()).isZero();
    assertThat(whole.output()).contains("run 4/4 ");

    Path output = Files.createTempFile(folder, "killed", ".out");
    Process process = launcher.start(output, experiment(killed, study));
    long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(5);
    while (trained(killed) < 1 || inTraining(killed) < 1) {
      assertThat(process.isAlive()).as(Files.readString(output)).isTrue();
      assertThat(System.nanoTime()).isLessThan(deadline);
      TimeUnit.MILLISECONDS.sleep(10);
    }
    process.destroyForcibly(); // SIGKILL
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(trained(killed)).isLessThan(4);
    assertThat(killed.resolve("experiment/results.csv")).doesNotExist();

    Launcher.Ended resumed = launcher.run(experiment(killed, study));
    assertThat(resumed.exitCode()).as(resumed.output()).isZero();
    assertThat(resultsBarTime(killed)).hasSize(4).isEqualTo(resultsBarTime(uninterrupted));
    assertThat(tableBarTime(killed)).isEqualTo(tableBarTime(uninterrupted));
  }

  private static String[] experiment(Path workspace, Path study) {
    return new String[] {
      "experiment",
      "--workspace",
      workspace.toString(),
      "--study",
      study.toString(),
      "--parallel",
      "2"
    };
  }

  private static long trained(Path workspace) throws IOException {
    return count(workspace, "current.json");
  }

  /** Trainings with checkpoints but without a model yet. */
  private static long inTraining(Path workspace) throws IOException {
    Path stages = workspace.resolve("experiment/stages");
    if (!Files.exists(stages)) {
      return 0;
    }
    try (Stream<Path> steps = Files.list(stages)) {
      return steps
          .filter(step -> Files.exists(step.resolve("model/_checkpoints")))
          .filter(step -> !Files.exists(step.resolve("model/current.json")))
          .count();
    }
  }

  private static long count(Path workspace, String name) throws IOException {
    Path stages = workspace.resolve("experiment/stages");
    if (!Files.exists(stages)) {
      return 0;
    }
    try (Stream<Path> steps = Files.list(stages)) {
      return steps.filter(step -> Files.exists(step.resolve("model").resolve(name))).count();
    }
  }

  private static List<String> resultsBarTime(Path workspace) throws IOException {
    String csv = Files.readString(workspace.resolve("experiment/results.csv"));
    return ResultsCsv.read(csv, "results.csv").stream()
        .map(
            result -> {
              assertThat(result.status()).isEqualTo(Result.DONE);
              return csvWithoutTime(result);
            })
        .toList();
  }

  private static String csvWithoutTime(Result result) {
    return result.toString().replaceFirst("wallSeconds=[0-9.E-]+", "");
  }

  private static List<String> tableBarTime(Path workspace) throws IOException {
    return Files.readString(workspace.resolve("experiment/results.md"))
        .lines()
        .map(line -> line.replaceFirst("[^|]*\\|$", ""))
        .toList();
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      files.forEach(
          file -> {
            try {
              Files.copy(file, to.resolve(from.relativize(file).toString()));
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
    }
  }
}
