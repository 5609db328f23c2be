package org.c2fpl.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.c2fpl.endtoend.SmallFootage;
import org.c2fpl.testing.Launcher;

/** Commands whose driver dies by SIGKILL at an operation of {@link KillingFileSystem}. */
final class Deaths {
  private final Path folder;
  private final Path agent;

  Deaths(Path folder) throws IOException {
    this.folder = folder;
    this.agent = folder.resolve("agent.jar");
    KillingFileSystem.agent(agent);
  }

  /** Runs a command that dies there. */
  void dies(String death, String... command) throws IOException, InterruptedException {
    long start = System.nanoTime();
    Launcher.Ended ended =
        Faults.launcher(
                folder,
                "-javaagent:" + agent + "=" + death,
                "-Dspark.hadoop.fs.file.impl=" + KillingFileSystem.class.getName())
            .run(command);
    assertThat(ended.exitCode()).as(death + "\n" + ended.output()).isEqualTo(137);
    System.out.printf("killed %s: %.1f s%n", death, (System.nanoTime() - start) / 1e9);
  }

  /**
   * Runs the whole program on an empty workspace repeatedly until it dies; each run continues from
   * the state that the previous one left. The last run survives, and ends with the result of an
   * undisturbed run.
   *
   * @param deaths in the order of a run
   * @param records number of runs that ended normally, including the last
   */
  void goesOnFromEach(List<String> deaths, int records) throws Exception {
    Reference reference = Reference.get();
    Path workspace = folder.resolve("w");
    String[] run = reference.footage().run(workspace, Reference.EPOCHS);
    for (String death : deaths) {
      dies(death, run);
      Soundness.assertSound(workspace);
    }
    Launcher.Ended ended = Faults.launcher(folder).run(run);
    assertThat(ended.exitCode()).as(ended.output()).isZero();
    reference.assertSame(workspace);
    assertThat(SmallFootage.runs(workspace))
        .as("only runs that ended have a record")
        .hasSize(records)
        .allMatch(record -> record.path("exit_code").asInt(-1) == 0);
  }
}
