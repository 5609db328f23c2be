package org.c2fpl.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs {@code submit/c2fpl} as a user does: in a separate process, from the packaged jar. */
public final class Launcher {
  /** How a process ended and what it printed, both streams together. */
  public record Ended(int exitCode, String output) {}

  private final Map<String, String> environment = new HashMap<>();
  private final Path logs;
  private Path script = Path.of("submit", "c2fpl");
  private List<String> prefix = List.of();

  /**
   * @param logs folder for the outputs and Spark's logs
   */
  public Launcher(Path logs) {
    this.logs = logs;
    environment.put("C2FPL_NO_BUILD", "1");
    environment.put("C2FPL_DRIVER_MEMORY", "1g");
    withJavaOptions();
  }

  public Launcher with(String variable, String value) {
    environment.put(variable, value);
    return this;
  }

  /** The driver's JVM has these options, too; for small footage the quick compiler suffices. */
  public Launcher withJavaOptions(String... options) {
    return with("C2FPL_JAVA_OPTS", "-XX:TieredStopAtLevel=1 " + String.join(" ", options));
  }

  /** Starts another copy of the launcher. */
  public Launcher of(Path installation) {
    script = installation.resolve("submit").resolve("c2fpl");
    return this;
  }

  /**
   * Ctrl-C ends it, as in a terminal, even if the parent process of the tests ignores that signal.
   */
  public Launcher interruptible() {
    prefix = List.of("env", "--default-signal=INT");
    return this;
  }

  /** Starts a command; the caller waits for it or kills it. */
  public Process start(Path output, String... arguments) throws IOException {
    List<String> command = new ArrayList<>(prefix);
    command.add(script.toAbsolutePath().toString());
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    List.of("SPARK_HOME", "HADOOP_CONF_DIR", "YARN_CONF_DIR")
        .forEach(builder.environment()::remove);
    builder.environment().put("C2FPL_LOG", logs.resolve("spark.log").toString());
    builder.environment().putAll(environment);
    return builder.redirectOutput(output.toFile()).start();
  }

  /** Runs a command to its end. */
  public Ended run(String... arguments) throws IOException, InterruptedException {
    Path output = Files.createTempFile(logs, "command", ".out");
    Process process = start(output, arguments);
    if (!process.waitFor(10, TimeUnit.MINUTES)) {
      process.destroyForcibly();
      throw new IllegalStateException("no end in 10 minutes: " + Files.readString(output));
    }
    return new Ended(process.exitValue(), Files.readString(output));
  }
}
