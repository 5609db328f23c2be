package org.c2fpl.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.c2fpl.testing.StandaloneCluster;

/** The memory of executors as accounted by the kernel. */
final class MemorySection implements Section {
  private static final int DIM = 2048;
  private static final int EXECUTORS = 2;
  private static final List<String> STAGES = List.of("stats", "coarse", "fine", "train", "score");

  /** MB: 768 MiB of heap, and the 384 MiB that Spark adds at least. */
  private static final double CONTAINER = Math.floor((768 + 384) * (1 << 20) / 1e6);

  private static final Pattern PEAK = Pattern.compile("VmHWM:\\s+(\\d+) kB");

  @Override
  public String title() {
    return "memory of executors";
  }

  @Override
  public Outcome run(Bench bench) throws IOException, InterruptedException {
    int[] denominators = bench.quick() ? new int[] {128, 64} : new int[] {8, 1};
    List<Path> footage = new ArrayList<>();
    for (int denominator : denominators) {
      footage.add(bench.footage(denominator, 1, DIM));
    }
    Lines lines = new Lines();
    for (int repeat = 0; repeat < bench.options().repeats(); repeat++) {
      for (Path workspace : footage) {
        for (String stage : STAGES) {
          measure(bench, workspace, stage, lines);
        }
      }
    }
    List<Comparison> comparisons = new ArrayList<>();
    for (String stage : STAGES) {
      comparisons.add(
          new Comparison(
              String.format(Locale.ROOT, "%s, %,d × %,d", stage, Bench.rows(footage.get(1)), DIM),
              "MB",
              lines.figure(name(footage.get(1)), stage, "megabytes"),
              lines.figure(name(footage.get(0)), stage, "megabytes"),
              Goal.atMost(CONTAINER)));
    }
    return new Outcome(
        String.format(
            Locale.ROOT,
            "The most memory that either of %d one-core executors of a standalone cluster held"
                + " (VmHWM: heap, native arrays, code, threads, and what it has mapped), with a"
                + " heap of 768 MB, against the same stage with %,d segments. The goal is the"
                + " smallest container that Spark asks a manager for: the heap and 384 MB. A heap"
                + " is filled up to its bound before it is cleaned, so more footage shows more of"
                + " it. `train` is one epoch and the choice of the threshold.",
            EXECUTORS,
            Bench.rows(footage.get(0))),
        comparisons,
        List.of());
  }

  private static String name(Path workspace) {
    return workspace.getFileName().toString();
  }

  private static void measure(Bench bench, Path workspace, String stage, Lines lines)
      throws IOException, InterruptedException {
    Path folder = bench.folder("cluster");
    Bench.delete(folder);
    List<String> arguments =
        new ArrayList<>(
            List.of(stage, "--workspace", workspace.toString(), "--write-mode", "overwrite"));
    if (stage.equals("train")) {
      arguments.addAll(List.of("--epochs", "1", "--workers", Integer.toString(EXECUTORS)));
    }
    try (StandaloneCluster cluster = new StandaloneCluster(folder, EXECUTORS);
        Peak peak = new Peak(cluster)) {
      arguments.addAll(cluster.submission(EXECUTORS));
      bench.run(bench.program(name(workspace), arguments.toArray(String[]::new)), lines);
      bench.keep(
          bench.line(name(workspace), stage).put("megabytes", peak.bytes() / 1_000_000), lines);
    }
  }

  /** Reads the peaks of the executors while it is open; the kernel records each peak. */
  private static final class Peak implements AutoCloseable {
    private static final long MILLIS = 100;

    private final Thread watcher;
    private volatile long bytes;

    Peak(StandaloneCluster cluster) {
      watcher = new Thread(() -> watch(cluster), "peak of executors");
      watcher.setDaemon(true);
      watcher.start();
    }

    long bytes() {
      if (bytes == 0) {
        throw new IllegalStateException("no executor was seen");
      }
      return bytes;
    }

    private void watch(StandaloneCluster cluster) {
      try {
        while (true) {
          for (int e = 0; e < EXECUTORS; e++) {
            cluster.executor(e).ifPresent(executor -> bytes = Math.max(bytes, peak(executor)));
          }
          Thread.sleep(MILLIS);
        }
      } catch (InterruptedException closed) {
        Thread.currentThread().interrupt();
      }
    }

    private static long peak(ProcessHandle executor) {
      try {
        Matcher peak =
            PEAK.matcher(Files.readString(Path.of("/proc/" + executor.pid() + "/status")));
        return peak.find() ? 1024 * Long.parseLong(peak.group(1)) : 0;
      } catch (IOException ended) {
        return 0;
      }
    }

    @Override
    public void close() {
      watcher.interrupt();
    }
  }
}
