package org.c2fpl.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.c2fpl.bench.Section.Outcome;
import org.c2fpl.errors.DataException;
import org.c2fpl.errors.UsageException;
import org.c2fpl.workspace.Json;
import org.c2fpl.workspace.Versions;

/** Runs sections one after the other and writes {@code docs/benchmarks.md} after each. */
public final class Benchmarks {
  /** In the order of the document. */
  public static final List<String> SECTIONS =
      List.of(
          "stats",
          "coarse",
          "fine",
          "labels",
          "train",
          "executors",
          "score",
          "growth",
          "heap",
          "memory",
          "startup",
          "kernels");

  private static final Path DOCUMENT = Path.of("docs", "benchmarks.md");
  private static final Path RESULTS = Path.of("docs", "benchmarks");

  private Benchmarks() {}

  public static void main(String[] arguments) throws IOException, InterruptedException {
    try {
      run(BenchOptions.parse(arguments));
    } catch (UsageException e) {
      System.err.println("error: " + e.getMessage());
      System.exit(64);
    } catch (DataException e) {
      System.err.println("error: " + e.getMessage());
      System.exit(65);
    }
  }

  private static void run(BenchOptions options) throws IOException, InterruptedException {
    Files.createDirectories(options.work());
    SortedMap<String, String> machine = machine();
    SortedMap<String, String> versions = versions(options.python());
    for (String name : options.sections()) {
      Section section = section(name);
      System.err.println(name + ": " + section.title());
      Outcome outcome = section.run(new Bench(options, name));
      SectionResult result =
          new SectionResult(
              name,
              section.title(),
              outcome.about(),
              options.command(),
              options.quick(),
              Instant.now().truncatedTo(ChronoUnit.MINUTES).toString(),
              machine,
              versions,
              outcome.comparisons(),
              outcome.notes());
      BenchmarkReport.update(result, RESULTS, DOCUMENT);
      System.out.println(BenchmarkReport.render(result));
    }
  }

  private static Section section(String name) {
    return switch (name) {
      case "stats" -> new StageSections.Stats();
      case "coarse" -> new StageSections.Coarse();
      case "fine" -> new StageSections.Fine();
      case "labels" -> new StageSections.Labels();
      case "train" -> new TrainSection();
      case "executors" -> new ExecutorsSection();
      case "score" -> new StageSections.Score();
      case "growth" -> new GrowthSection();
      case "heap" -> new HeapSection();
      case "memory" -> new MemorySection();
      case "startup" -> new StartupSection();
      case "kernels" -> new KernelsSection();
      default -> throw new IllegalStateException("no section " + name);
    };
  }

  private static SortedMap<String, String> machine() throws IOException {
    SortedMap<String, String> machine = new TreeMap<>();
    Path cpu = Path.of("/proc/cpuinfo");
    machine.put(
        "CPU",
        Files.exists(cpu)
            ? Files.readAllLines(cpu).stream()
                .filter(line -> line.startsWith("model name"))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst()
                .orElse("unknown")
            : System.getProperty("os.arch"));
    machine.put("cores", Integer.toString(Runtime.getRuntime().availableProcessors()));
    long memory =
        ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
            .getTotalMemorySize();
    machine.put("memory", String.format(Locale.ROOT, "%.0f GiB", memory / 0x1p30));
    return machine;
  }

  private static SortedMap<String, String> versions(Path python)
      throws IOException, InterruptedException {
    SortedMap<String, String> versions = new TreeMap<>(Versions.all());
    Matcher openblas =
        Pattern.compile("openblas-([0-9][0-9.]*)-").matcher(System.getProperty("java.class.path"));
    versions.put("openblas", openblas.find() ? openblas.group(1) : "unknown");
    Process process =
        new ProcessBuilder(python.toString(), "src/bench/python/versions.py")
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
      Json.MAPPER
          .readTree(out)
          .fields()
          .forEachRemaining(field -> versions.put(field.getKey(), field.getValue().asText()));
    }
    process.waitFor();
    return versions;
  }
}
