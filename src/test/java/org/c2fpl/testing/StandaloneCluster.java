package org.c2fpl.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A real Spark cluster on loopback: one master and one-core workers in separate JVMs, started from
 * Spark's classes; the executors are JVMs that the workers start.
 */
public final class StandaloneCluster implements AutoCloseable {
  private final Path home;
  private final int port;
  private final List<Process> processes = new ArrayList<>();

  /**
   * @param folder for the workers' folders and logs
   */
  public StandaloneCluster(Path folder, int workers) throws IOException, InterruptedException {
    this(folder, workers, Map.of());
  }

  /**
   * @param folder for the workers' folders and logs
   * @param properties Spark's settings of master and workers
   */
  public StandaloneCluster(Path folder, int workers, Map<String, String> properties)
      throws IOException, InterruptedException {
    this.home = Files.createDirectories(folder.resolve("spark-home"));
    this.port = SparkJvm.freePort();
    Path jars = Files.createDirectories(home.resolve("jars"));
    StringBuilder defaults = new StringBuilder();
    properties.forEach(
        (name, value) -> defaults.append(name).append(' ').append(value).append('\n'));
    Files.writeString(
        Files.createDirectories(home.resolve("conf")).resolve("spark-defaults.conf"), defaults);
    for (String jar : SparkJvm.classPath().split(java.io.File.pathSeparator, -1)) {
      Path target = Path.of(jar);
      Files.createSymbolicLink(jars.resolve(target.getFileName()), target);
    }
    start(
        "master",
        "org.apache.spark.deploy.master.Master",
        "--host",
        "127.0.0.1",
        "--port",
        Integer.toString(port),
        "--webui-port",
        Integer.toString(SparkJvm.freePort()));
    SparkJvm.await(port, log("master"));
    for (int w = 0; w < workers; w++) {
      start(
          "worker" + w,
          "org.apache.spark.deploy.worker.Worker",
          "--host",
          "127.0.0.1",
          "--cores",
          "1",
          "--memory",
          "1g",
          "--work-dir",
          home.resolve("work" + w).toString(),
          url());
    }
  }

  public String url() {
    return "spark://127.0.0.1:" + port;
  }

  /**
   * Spark's settings of a program that uses so many executors of this cluster, with one core each.
   */
  public static List<String> settings(int executors) {
    return List.of(
        "spark.executor.memory=768m",
        "spark.executor.cores=1",
        // Executors live for seconds, so the optimising compiler would cost more than it saves.
        "spark.executor.defaultJavaOptions=-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
        "spark.cores.max=" + executors,
        "spark.scheduler.minRegisteredResourcesRatio=1.0",
        "spark.driver.host=127.0.0.1",
        "spark.driver.bindAddress=127.0.0.1",
        "spark.ui.enabled=false");
  }

  /** The end of the launcher's command line that submits a program to this cluster. */
  public List<String> submission(int executors) {
    List<String> arguments = new ArrayList<>(List.of("--master", url(), "--"));
    for (String setting : settings(executors)) {
      arguments.addAll(List.of("--conf", setting));
    }
    return arguments;
  }

  /** The executor with this number, as soon as it runs. */
  public Optional<ProcessHandle> executor(int number) {
    return processes.stream()
        .flatMap(Process::descendants)
        .filter(
            process -> {
              List<String> arguments = List.of(process.info().arguments().orElse(new String[0]));
              int at = arguments.indexOf("--executor-id");
              return at >= 0 && arguments.get(at + 1).equals(Integer.toString(number));
            })
        .findFirst();
  }

  /** Kills all executors; the workers start others. */
  public void killExecutors() {
    processes.stream()
        .flatMap(Process::descendants)
        .filter(
            process ->
                List.of(process.info().arguments().orElse(new String[0])).contains("--executor-id"))
        .forEach(ProcessHandle::destroyForcibly);
  }

  /** Kills the worker that runs an executor, and all of its executors. */
  public void loseWorkerOf(ProcessHandle executor) {
    Process worker =
        processes.stream()
            .filter(process -> process.descendants().anyMatch(executor::equals))
            .findFirst()
            .orElseThrow();
    List<ProcessHandle> executors = worker.descendants().toList();
    worker.destroyForcibly(); // Before the executors, so that it starts no others.
    executors.forEach(ProcessHandle::destroyForcibly);
  }

  @Override
  public void close() throws InterruptedException {
    for (Process process : processes) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
    for (Process process : processes) {
      process.waitFor(30, TimeUnit.SECONDS);
    }
  }

  private void start(String name, String mainClass, String... arguments) throws IOException {
    ProcessBuilder builder = SparkJvm.of(log(name), List.of(), mainClass, List.of(arguments));
    builder.environment().put("SPARK_HOME", home.toString());
    // Set by bin/load-spark-env.sh in a distribution.
    builder.environment().put("SPARK_SCALA_VERSION", "2.12");
    processes.add(builder.start());
  }

  private Path log(String name) {
    return home.resolve(name + ".log");
  }
}
