package org.c2fpl.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.c2fpl.testing.Launcher;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A killed driver loses nothing: the same command continues and ends with the same result. */
class KilledDriverIT {
  private static final String[] EPOCHS = {"--epochs", "40"};

  @TempDir Path folder;
  private SmallFootage footage;
  private Launcher launcher;

  @BeforeEach
  void write() throws IOException {
    footage = SmallFootage.write(folder.resolve("footage"));
    launcher = new Launcher(folder);
  }

  @Test
  void killedInTrainingAndBetweenStages() throws Exception {
    Path uninterrupted = folder.resolve("uninterrupted");
    Launcher.Ended ended = launcher.run(footage.run(uninterrupted, EPOCHS));
    assertThat(ended.exitCode()).as(ended.output()).isZero();

    Path killed = folder.resolve("killed");
    killWhen(
        killed, Signal.KILL, () -> Files.exists(killed.resolve("coarse_labels/_manifest.json")));
    assertThat(killed.resolve("model/current.json")).doesNotExist();
    String told = killWhen(killed, Signal.TERM, () -> checkpoints(killed) >= 2);
    assertThat(told)
        .containsPattern(
            "error: Interrupted in train after epoch \\d+; the same command continues\\.")
        .doesNotContain("ended from outside", "\tat ");
    assertThat(SmallFootage.runs(killed))
        .last()
        .satisfies(
            record -> assertThat(record.path("outcome").asText()).isEqualTo("infrastructure"));
    assertThat(killed.resolve("model/current.json")).doesNotExist();

    Launcher.Ended resumed = launcher.run(footage.run(killed, EPOCHS));

    assertThat(resumed.exitCode()).as(resumed.output()).isZero();
    assertThat(resumed.output()).contains("coarse    skipped");
    assertThat(SmallFootage.parameterHash(killed))
        .hasSize(64)
        .isEqualTo(SmallFootage.parameterHash(uninterrupted));
    assertThat(SmallFootage.rows(killed)).isEqualTo(SmallFootage.rows(uninterrupted));
    assertThat(SmallFootage.detector(killed).path("training").path("epochs_this_run").asInt())
        .as("the resumed run went on from a checkpoint")
        .isBetween(0, 38);
  }

  @Test
  void aSecondRunDoesNothing() throws Exception {
    Path workspace = folder.resolve("w");
    String[] run = footage.run(workspace, "--epochs", "2");
    assertThat(launcher.run(run).exitCode()).isZero();
    var before = SmallFootage.rows(workspace);
    Launcher.Ended second = launcher.run(run);
    assertThat(second.exitCode()).isZero();
    assertThat(second.output().lines().filter(line -> line.contains("skipped")).count())
        .as(second.output())
        .isGreaterThanOrEqualTo(10);
    assertThat(SmallFootage.rows(workspace)).isEqualTo(before);
    assertThat(SmallFootage.runs(workspace))
        .hasSize(2)
        .allMatch(run1 -> run1.path("exit_code").asInt(-1) == 0);
  }

  private enum Signal {
    KILL,
    TERM
  }

  /** The output of the run so far. */
  private String killWhen(Path workspace, Signal signal, BooleanSupplier moment) throws Exception {
    Path output = Files.createTempFile(folder, "killed", ".out");
    Process process = launcher.start(output, footage.run(workspace, EPOCHS));
    long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(5);
    while (!moment.getAsBoolean()) {
      assertThat(process.isAlive()).as("the run ended before it could be killed").isTrue();
      assertThat(System.nanoTime()).isLessThan(deadline);
      TimeUnit.MILLISECONDS.sleep(10);
    }
    if (signal == Signal.KILL) {
      process.destroyForcibly();
    } else {
      process.destroy();
    }
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isEqualTo(signal == Signal.KILL ? 137 : 143);
    return Files.readString(output);
  }

  private static long checkpoints(Path workspace) {
    Path model = workspace.resolve("model");
    if (!Files.exists(model)) {
      return 0;
    }
    try (Stream<Path> files = Files.walk(model)) {
      return files.filter(file -> file.getFileName().toString().startsWith("epoch-")).count();
    } catch (IOException | java.io.UncheckedIOException e) {
      return 0; // a checkpoint was replaced meanwhile
    }
  }
}
