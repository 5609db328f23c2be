package org.c2fpl.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.c2fpl.testing.Launcher;
import org.c2fpl.workspace.Json;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two runs on one workspace, with equal clocks and with clocks that are hours apart. */
class TwoRunsIT {
  private static final String AHEAD = "+5h";
  private static final String BEHIND = "-5h";

  @TempDir Path folder;
  private Reference reference;
  private Path workspace;
  private Path lock;
  private String[] run;
  private final List<Process> started = new ArrayList<>();

  @BeforeEach
  void copy() throws Exception {
    reference = Reference.get();
    workspace = reference.copyTo(folder.resolve("w"));
    lock = workspace.resolve("_lock.json");
    run = reference.footage().run(workspace, Reference.EPOCHS);
  }

  @Test
  void theSecondIsRefusedByAnyClockAndTheFirstCompletes() throws Exception {
    Process first = startAndStop("first");
    String owner =
        "run "
            + Json.MAPPER.readTree(lock.toFile()).path("run").asText()
            + " of "
            + System.getProperty("user.name");
    String process = "(process " + first.pid() + ")";
    Faults.assertRefused(Faults.launcher(folder).run(run), owner, process);
    Faults.assertRefused(clock(AHEAD).run(run), owner, process);
    Faults.assertRefused(clock(BEHIND).run(run), owner, process);
    Faults.signal("CONT", first);
    assertThat(Faults.end(first)).isZero();
    Soundness.assertSound(workspace);
    Soundness.assertNothingLeft(workspace);
  }

  @Test
  void aDeadOwnerIsTakenOverByAnyClockAndWhatIsDoneIsSkipped() throws Exception {
    Process first = startAndStop("killed");
    Faults.signal("KILL", first);
    assertThat(Faults.end(first)).isEqualTo(137);
    assertThat(lock).exists();
    assertSkipsAll(clock(AHEAD).run(run));

    // The clock of another host may show any time: what counts is that it rewrites its lock.
    leaveLockOfAnotherHost(Duration.ZERO);
    Faults.assertRefused(clock(AHEAD).run(run), "on elsewhere");
    leaveLockOfAnotherHost(Duration.ofMinutes(3));
    assertSkipsAll(clock(BEHIND).run(run));
    reference.assertSame(workspace);
  }

  private static void assertSkipsAll(Launcher.Ended ended) {
    assertThat(ended.exitCode()).as(ended.output()).isZero();
    assertThat(ended.output().lines().filter(line -> line.contains("skipped")).count())
        .as(ended.output())
        .isGreaterThanOrEqualTo(10);
  }

  @AfterEach
  void killWhatIsLeft() {
    started.forEach(Process::destroyForcibly);
  }

  /** A run that holds the lock and does not continue. */
  private Process startAndStop(String name) throws Exception {
    Path output = folder.resolve(name + ".out");
    Process process = Faults.launcher(folder).start(output, run);
    started.add(process);
    Faults.await(process, output, this::isLocked);
    Faults.signal("STOP", process);
    return process;
  }

  private boolean isLocked() {
    try {
      return Files.size(lock) > 0;
    } catch (IOException e) {
      return false;
    }
  }

  private void leaveLockOfAnotherHost(Duration ago) throws IOException {
    String now = Instant.now().toString();
    Files.writeString(
        lock,
        Json.object()
            .put("run", "earlier")
            .put("owner", "somebody")
            .put("host", "elsewhere")
            .put("process", 1)
            .put("process_started", now)
            .put("started", now)
            .put("heartbeat", now)
            .toString());
    Files.setLastModifiedTime(lock, FileTime.from(Instant.now().minus(ago)));
  }

  /**
   * A launcher whose processes see another time of day; the passing of time and the times of files
   * are real.
   */
  private Launcher clock(String offset) {
    return Faults.launcher(folder)
        .with("LD_PRELOAD", libfaketime())
        .with("FAKETIME", offset)
        .with("FAKETIME_DONT_FAKE_MONOTONIC", "1")
        .with("DONT_FAKE_MONOTONIC", "1")
        // Where it is on, every wait with a limit ends at once, and the JVM's threads spin.
        .with("FAKETIME_FORCE_MONOTONIC_FIX", "0")
        .with("NO_FAKE_STAT", "1");
  }

  private static String libfaketime() {
    for (String root : List.of("/usr/lib", "/usr/lib64", "/usr/local/lib")) {
      File[] folders = new File(root).listFiles(File::isDirectory);
      for (File folder : folders == null ? new File[0] : folders) {
        for (String name : List.of("faketime/libfaketimeMT.so.1", "libfaketimeMT.so.1")) {
          File library = new File(folder, name);
          if (library.isFile()) {
            return library.toString();
          }
        }
      }
    }
    throw new IllegalStateException(
        "Cannot set a process's clock: libfaketime was not found. Install the package faketime.");
  }
}
