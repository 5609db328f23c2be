package org.c2fpl.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The sections that time stages on generated footage. */
final class StageSections {
  private static final int CROPS = 1;
  private static final int DIM = 2048;
  private static final int QUICK_DENOMINATOR = 32;
  private static final String OURS = "Spark";
  private static final String PYTHON = "numpy";

  private StageSections() {}

  private static Path footage(Bench bench) throws IOException, InterruptedException {
    Path workspace = bench.footage(bench.quick() ? QUICK_DENOMINATOR : 1, CROPS, DIM);
    Bench.warmCache(Bench.segments(workspace));
    return workspace;
  }

  private static String size(Path workspace) throws IOException {
    return String.format(Locale.ROOT, "%,d segments × %d × %,d", Bench.rows(workspace), CROPS, DIM);
  }

  private static String shape(int value) {
    return Integer.toString(value);
  }

  /** Norms and their means per video. */
  static final class Stats implements Section {
    @Override
    public String title() {
      return "norms and statistics of videos";
    }

    @Override
    public Outcome run(Bench bench) throws IOException, InterruptedException {
      Path workspace = footage(bench);
      String tiny = workspace + "-tiny";
      String segments = Bench.segments(workspace).toString();
      String warmUp = Bench.segments(Path.of(tiny)).toString();
      Lines lines =
          bench.alternate(
              bench.ours(OURS, 1, "stats", workspace.toString()),
              bench.ours(
                  "parquet-mr", 1, "parquet-norms", segments, warmUp, shape(CROPS), shape(DIM)),
              bench.python(PYTHON, 1, "norms.py", segments, warmUp, shape(CROPS), shape(DIM)));
      Figure ours = lines.figure(OURS, "stats", "seconds");
      Figure rate = lines.figure(OURS, "stats", "mb_per_second");
      List<Comparison> comparisons = new ArrayList<>();
      Map<String, Goal> goals =
          Map.of("parquet-mr", Goal.ratioAtLeast(0.7), PYTHON, Goal.ratioAtLeast(0.8));
      for (String yardstick : List.of("parquet-mr", PYTHON)) {
        comparisons.add(
            new Comparison(
                size(workspace), "s", ours, lines.figure(yardstick, "stats", "seconds"), null));
        comparisons.add(
            new Comparison(
                "read and reduced a second",
                "MB/s",
                rate,
                lines.figure(yardstick, "stats", "mb_per_second"),
                goals.get(yardstick)));
      }
      return new Outcome(
          "`stats` in a session of two cores that has run it on tiny footage and once on this,"
              + " files in the page cache, against two threads that read the column with Parquet's"
              + " own Java reader, and against pyarrow and numpy on two threads. The yardsticks"
              + " compute the norms only; `stats` also writes them and sums up the videos, and"
              + " reads those files again.",
          comparisons,
          List.of(
              "numpy summed squares by `"
                  + lines.text(PYTHON, "stats", "way")
                  + "`, the fastest of three ways that is right to 1e-6."));
    }
  }

  /** The divisive clustering of videos. */
  static final class Coarse implements Section {
    static final int WARM_UP_VIDEOS = 200;

    private static final int[] VIDEOS = {1_609, 3_954, 1_000_000};
    private static final int[] QUICK_VIDEOS = {1_609, 3_954};
    private static final double[] GOALS = {2, 3, 300};

    @Override
    public String title() {
      return "labels of videos";
    }

    @Override
    public Outcome run(Bench bench) throws IOException, InterruptedException {
      int[] videos = bench.quick() ? QUICK_VIDEOS : VIDEOS;
      List<String> arguments = new ArrayList<>();
      arguments.add(Files.createDirectories(bench.folder("coarse")).toString());
      for (int n : videos) {
        arguments.add(Integer.toString(n));
      }
      List<String> tables = new ArrayList<>(List.of("video-stats"));
      tables.addAll(arguments);
      tables.add(Integer.toString(WARM_UP_VIDEOS));
      bench.run(bench.ours("tables", 1, tables.toArray(String[]::new)), new Lines());
      List<String> measured = new ArrayList<>(List.of("coarse"));
      measured.addAll(arguments);
      Lines lines =
          bench.alternate(
              bench.ours(OURS, 1, measured.toArray(String[]::new)),
              bench.python("scikit-learn", 2, "coarse.py", arguments.toArray(String[]::new)));
      List<Comparison> comparisons = new ArrayList<>();
      List<String> notes = new ArrayList<>();
      for (int i = 0; i < videos.length; i++) {
        String name = videos[i] + " videos";
        notes.add(
            String.format(
                Locale.ROOT,
                "Of %,d videos ours calls %,.0f anomalous, scikit-learn %,.0f: its mixture starts"
                    + " elsewhere, so the splits differ.",
                videos[i],
                lines.median(OURS, name, "anomalous"),
                lines.median("scikit-learn", name, "anomalous")));
        comparisons.add(
            new Comparison(
                String.format(Locale.ROOT, "%,d videos", videos[i]),
                "s",
                lines.figure(OURS, name, "seconds"),
                lines.figure("scikit-learn", name, "seconds"),
                Goal.atMost(GOALS[i])));
      }
      return new Outcome(
          "`coarse` with the paper's method in a session after a warm-up, on generated statistics"
              + " of videos in Parquet, against the same loop over scikit-learn's"
              + " `GaussianMixture(2)`; both write the labels.",
          comparisons,
          notes);
    }
  }

  /** The labels of segments. */
  static final class Fine implements Section {
    @Override
    public String title() {
      return "labels of segments";
    }

    @Override
    public Outcome run(Bench bench) throws IOException, InterruptedException {
      Path workspace = footage(bench);
      bench.run(bench.ours("tables", 1, "prepare", workspace.toString()), new Lines());
      Lines lines = bench.alternate(bench.ours(OURS, 1, "fine", workspace.toString()));
      List<Comparison> comparisons = new ArrayList<>();
      for (String which : List.of("first run", "second run")) {
        comparisons.add(
            new Comparison(
                String.format(Locale.ROOT, "%,d segments, %s", Bench.rows(workspace), which),
                "s",
                lines.figure(OURS, which, "seconds"),
                null,
                Goal.atMost(1)));
      }
      return new Outcome(
          "`fine` in a session of two cores after a warm-up of all labelling stages on tiny"
              + " footage: the first run on the large one, and the same again.",
          comparisons,
          List.of());
    }
  }

  /** From segments to fine labels. */
  static final class Labels implements Section {
    private static final String COLD = "Spark, whole process";
    private static final String PYTHON_COLD = "numpy, whole process";

    @Override
    public String title() {
      return "stats, coarse and fine together";
    }

    @Override
    public Outcome run(Bench bench) throws IOException, InterruptedException {
      Path workspace = footage(bench);
      String[] python = {workspace.toString(), shape(CROPS), shape(DIM)};
      String[] cold = {workspace.toString(), shape(CROPS), shape(DIM), "--cold"};
      Lines lines =
          bench.alternate(
              bench.ours(OURS, 1, "labels", workspace.toString()),
              bench.python(PYTHON, 1, "labels.py", python),
              bench.launched(COLD, "labels-cold", workspace.toString()),
              bench.python(PYTHON_COLD, 1, "labels.py", cold));
      return new Outcome(
          "The three stages in one session that has run them on tiny footage and once on this, and"
              + " as one whole process, started as the launcher starts `c2fpl run`, against"
              + " pyarrow, numpy and scikit-learn that read the same Parquet, take the same steps"
              + " in memory on two threads and write the labels as Parquet.",
          List.of(
              new Comparison(
                  "in session, " + size(workspace),
                  "s",
                  lines.figure(OURS, "in session", "seconds"),
                  lines.figure(PYTHON, "in session", "seconds"),
                  Goal.ratioAtMost(2)),
              new Comparison(
                  "whole process",
                  "s",
                  lines.figure(COLD, "process", "seconds"),
                  lines.figure(PYTHON_COLD, "process", "seconds"),
                  Goal.excessAtMost(8))),
          List.of(
              String.format(
                  Locale.ROOT,
                  "In session: stats %.2f s, coarse %.2f s, fine %.2f s (medians).",
                  lines.median(OURS, "in session", "stats_seconds"),
                  lines.median(OURS, "in session", "coarse_seconds"),
                  lines.median(OURS, "in session", "fine_seconds")),
              String.format(
                  Locale.ROOT,
                  "Ours labels %,.0f segments anomalous, numpy %,.0f: the videos that coarse labels"
                      + " differ in.",
                  lines.median(OURS, "in session", "anomalous"),
                  lines.median(PYTHON, "in session", "anomalous"))));
    }
  }

  /** Scores of segments. */
  static final class Score implements Section {
    private static final String TORCH = "PyTorch";
    private static final int ROWS = 1_280;

    @Override
    public String title() {
      return "scores of segments";
    }

    @Override
    public Outcome run(Bench bench) throws IOException, InterruptedException {
      Path workspace = footage(bench);
      String repeats = bench.quick() ? "20" : "100";
      String rows = Integer.toString(ROWS);
      Lines lines =
          bench.alternate(
              bench.ours(OURS, 1, "score", workspace.toString()),
              bench.python(
                  TORCH,
                  2,
                  "score.py",
                  Bench.segments(workspace).toString(),
                  Bench.segments(Path.of(workspace + "-tiny")).toString(),
                  shape(CROPS),
                  shape(DIM)),
              bench.ours("DL4J", 1, "infer", rows, shape(DIM), repeats),
              bench.python("PyTorch, in memory", 1, "infer.py", rows, shape(DIM), repeats));
      return new Outcome(
          "`score` of an untrained detector in a session of two cores that has run it on tiny"
              + " footage and once on this, against pyarrow and PyTorch on two threads in batches"
              + " of 1,024 (which only computes the scores; `score` also writes them and merges"
              + " detections); and the network's output for rows in memory on one thread.",
          List.of(
              new Comparison(
                  size(workspace),
                  "segments/s",
                  lines.figure(OURS, "score", "rows_per_second"),
                  lines.figure(TORCH, "score", "rows_per_second"),
                  Goal.ratioAtLeast(1)),
              new Comparison(
                  String.format(Locale.ROOT, "in memory, %,d rows, 1 thread", ROWS),
                  "rows/s",
                  lines.figure("DL4J", "in memory", "rows_per_second"),
                  lines.figure("PyTorch, in memory", "in memory", "rows_per_second"),
                  Goal.ratioAtLeast(1))),
          List.of());
    }
  }
}
