package org.c2fpl.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.c2fpl.bench.measure.Measure;
import org.c2fpl.cli.Main;
import org.c2fpl.errors.DataException;

/** Starts measuring processes and collects what they print. */
final class Bench {
  /** Cores that everything may use. */
  static final int CORES = 2;

  private static final String HEAP = "2g";
  private static final ObjectMapper LINES = new ObjectMapper();

  private final BenchOptions options;
  private final String section;
  private final Path home = Path.of("").toAbsolutePath();
  private final Path logs;

  Bench(BenchOptions options, String section) throws IOException {
    this.options = options;
    this.section = section;
    this.logs = Files.createDirectories(options.work().resolve("logs"));
  }

  BenchOptions options() {
    return options;
  }

  boolean quick() {
    return options.quick();
  }

  Path home() {
    return home;
  }

  /** A folder below the working folder. */
  Path folder(String name) {
    return options.work().resolve(name);
  }

  /** A process that runs {@link Measure}. */
  Contender ours(String name, int nativeThreads, String... arguments) {
    return ours(name, nativeThreads, List.of(), arguments);
  }

  /**
   * A process that runs {@link Measure}.
   *
   * @param jvmOptions in addition to a heap of 2 GiB and the number of cores; the last of a kind
   *     counts
   */
  Contender ours(String name, int nativeThreads, List<String> jvmOptions, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(option -> option.startsWith("--add-opens") || option.startsWith("-Djdk."))
        .forEach(command::add);
    command.add("-Xmx" + HEAP);
    // Like an embedded run of submit/c2fpl.
    command.add("-XX:+UseParallelGC");
    command.add("-XX:ActiveProcessorCount=" + CORES);
    command.add("-Dc2fpl.log=" + logs.resolve("spark.log"));
    command.add(
        "-Dlog4j2.configurationFile=file:" + home.resolve("conf").resolve("log4j2.properties"));
    command.addAll(jvmOptions);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Measure.class.getName()));
    command.addAll(List.of(arguments));
    return new Contender(name, command, threads(nativeThreads));
  }

  /** A yardstick of {@code src/bench/python}. */
  Contender python(String name, int threads, String script, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(options.python().toString());
    command.add(home.resolve("src/bench/python").resolve(script).toString());
    command.addAll(List.of(arguments));
    return new Contender(name, command, threads(threads));
  }

  /** The program as a user starts it, on two cores. */
  Contender program(String name, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(launcher());
    command.addAll(List.of(arguments));
    return new Contender(name, command, launcherEnvironment());
  }

  /**
   * A process that runs {@link Measure} like the launcher runs {@code c2fpl run}: with its JVM
   * options, its class path in front, and its archive of loaded classes.
   */
  Contender launched(String name, String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(launcherCommand());
    int main = command.indexOf(Main.class.getName());
    command.subList(main, command.size()).clear();
    command.set(
        main - 1,
        command.get(main - 1) + File.pathSeparator + System.getProperty("java.class.path"));
    command.add(Measure.class.getName());
    command.addAll(List.of(arguments));
    return new Contender(name, command, threads(1));
  }

  private List<String> launcherCommand() throws IOException, InterruptedException {
    if (!Files.exists(home.resolve("target/c2fpl.jsa"))) {
      run(program("archive").with("C2FPL_CDS", "make"), new Lines());
    }
    String unquoted =
        "eval \"set -- $('" + launcher() + "' run --dry-run)\" && printf '%s\\n' \"$@\"";
    return run(
        new Contender("launcher", List.of("bash", "-c", unquoted), launcherEnvironment()),
        new Lines());
  }

  private String launcher() {
    return home.resolve("submit/c2fpl").toString();
  }

  private Map<String, String> launcherEnvironment() {
    return Map.of(
        "C2FPL_NO_BUILD",
        "1",
        "C2FPL_LOG",
        logs.resolve("spark.log").toString(),
        "C2FPL_JAVA_OPTS",
        "-XX:ActiveProcessorCount=" + CORES);
  }

  private static Map<String, String> threads(int threads) {
    Map<String, String> environment = new LinkedHashMap<>();
    for (String library : List.of("OMP", "OPENBLAS", "MKL")) {
      environment.put(library + "_NUM_THREADS", Integer.toString(threads));
    }
    return environment;
  }

  /** Runs each contender as often as there are repeats, taking turns. */
  Lines alternate(Contender... contenders) throws IOException, InterruptedException {
    Lines lines = new Lines();
    for (int repeat = 0; repeat < options.repeats(); repeat++) {
      for (Contender contender : contenders) {
        run(contender, lines);
      }
    }
    return lines;
  }

  /**
   * Runs a process once. Its own time is kept as field {@code seconds} of the case {@code process}.
   *
   * @return its output
   */
  List<String> run(Contender contender, Lines lines) throws IOException, InterruptedException {
    System.err.println("  " + section + ": " + contender.name());
    ProcessBuilder builder = new ProcessBuilder(contender.command());
    builder.environment().remove("SPARK_HOME");
    builder.environment().put("C2FPL_BENCH_SECTION", section);
    builder.environment().put("C2FPL_BENCH_CONTENDER", contender.name());
    builder.environment().putAll(contender.environment());
    Path errors = logs.resolve(section + ".err");
    builder.redirectError(ProcessBuilder.Redirect.appendTo(errors.toFile()));
    long start = System.nanoTime();
    Process process = builder.start();
    List<String> printed = new ArrayList<>();
    try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        printed.add(line);
        if (line.startsWith("{\"section\"")) {
          keep(LINES.readTree(line), lines);
        }
      }
    }
    int code = process.waitFor();
    Files.write(
        errors,
        printed.stream().filter(line -> !line.startsWith("{\"section\"")).toList(),
        StandardOpenOption.APPEND);
    double seconds = (System.nanoTime() - start) / 1e9;
    if (code != 0) {
      throw new DataException(
          "Cannot measure "
              + contender.name()
              + " of section "
              + section
              + ": its process ended with "
              + code
              + ". Its messages are in "
              + errors
              + ".");
    }
    keep(line(contender.name(), "process").put("seconds", seconds), lines);
    return printed;
  }

  ObjectNode line(String contender, String name) {
    return LINES
        .createObjectNode()
        .put("section", section)
        .put("contender", contender)
        .put("case", name);
  }

  void keep(JsonNode line, Lines lines) throws IOException {
    lines.add(line);
    Files.writeString(
        options.work().resolve("results.jsonl"),
        LINES.writeValueAsString(line) + "\n",
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
  }

  /**
   * Makes generated footage unless it exists.
   *
   * @param denominator one video in so many is kept
   */
  Path footage(int denominator, int crops, int dim) throws IOException, InterruptedException {
    Path workspace = folder("footage/1-of-" + denominator + "-" + crops + "x" + dim);
    run(
        ours(
            "footage",
            1,
            "footage",
            workspace.toString(),
            options.segmentCounts() == null ? "ucf-crime" : options.segmentCounts().toString(),
            Integer.toString(denominator),
            Integer.toString(crops),
            Integer.toString(dim)),
        new Lines());
    return workspace;
  }

  static Path segments(Path workspace) {
    return workspace.resolve("segments/split=train/batch=0");
  }

  /** Reads every file once, so that all contenders find them in the page cache. */
  static void warmCache(Path folder) throws IOException {
    byte[] buffer = new byte[1 << 20];
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        try (InputStream in = Files.newInputStream(file)) {
          int read = 0;
          while (read >= 0) {
            read = in.read(buffer);
          }
        }
      }
    }
  }

  static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  /** The rows of a workspace's footage, from its manifest. */
  static long rows(Path workspace) throws IOException {
    return LINES
        .readTree(segments(workspace).resolve("_manifest.json").toFile())
        .path("rows")
        .asLong();
  }
}
