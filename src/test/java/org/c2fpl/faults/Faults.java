package org.c2fpl.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.c2fpl.testing.Launcher;

/** Actions of the fault tests on processes. */
final class Faults {
  /** Minutes after which a test no longer waits; the other core runs tests, too. */
  private static final int PATIENCE = 6;

  private Faults() {}

  /** A launcher whose JVM has more options. */
  static Launcher launcher(Path logs, String... options) {
    return new Launcher(logs).withJavaOptions(options);
  }

  /** Waits for a moment of a process, which must not end before it. */
  static void await(Process process, Path output, BooleanSupplier moment)
      throws IOException, InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(PATIENCE);
    while (!moment.getAsBoolean()) {
      assertThat(process.isAlive()).as("ended too early: " + Files.readString(output)).isTrue();
      assertThat(System.nanoTime()).as("waited in vain").isLessThan(deadline);
      TimeUnit.MILLISECONDS.sleep(2);
    }
  }

  /** Sends a signal by its name. */
  static void signal(String name, Process process) throws IOException, InterruptedException {
    Process kill = new ProcessBuilder("bash", "-c", "kill -" + name + " " + process.pid()).start();
    assertThat(kill.waitFor()).isZero();
  }

  /** Waits for the end of a process and returns its exit code. */
  static int end(Process process) throws InterruptedException {
    assertThat(process.waitFor(PATIENCE, TimeUnit.MINUTES)).isTrue();
    return process.exitValue();
  }

  /** The form of a user error: exit code 65, one message, no stack trace. */
  static void assertRefused(Launcher.Ended ended, String... message) {
    assertThat(ended.exitCode()).as(ended.output()).isEqualTo(65);
    assertThat(ended.output()).contains("error: Cannot ").contains(message);
    assertThat(ended.output()).doesNotContain("\tat ", "internal fault");
    System.out.println(
        ended.output().lines().filter(line -> line.startsWith("error: ")).findFirst().orElse(""));
  }
}
