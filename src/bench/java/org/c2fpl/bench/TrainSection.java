package org.c2fpl.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.c2fpl.errors.DataException;

/** Training in one process, against PyTorch. */
final class TrainSection implements Section {
  private static final int DIM = 2048;
  private static final int[][] BATCHES = {{128, 1}, {512, 1}, {128, 10}};
  private static final String DL4J = "DL4J";
  private static final String TORCH = "PyTorch";
  private static final String COMPILED = "PyTorch compiled";

  @Override
  public String title() {
    return "training of the detector";
  }

  @Override
  public Outcome run(Bench bench) throws IOException, InterruptedException {
    List<Comparison> comparisons = new ArrayList<>();
    List<String> notes = new ArrayList<>();
    for (int threads = 1; threads <= Bench.CORES; threads++) {
      inOneProcess(bench, threads, comparisons, notes);
    }
    return new Outcome(
        "Segments a second of SGD steps (rate 0.01, decay 5e-4, 0.6 dropped) on batches gathered"
            + " from features in memory, DL4J against PyTorch with as many threads.",
        comparisons,
        notes);
  }

  private static void inOneProcess(
      Bench bench, int threads, List<Comparison> comparisons, List<String> notes)
      throws IOException, InterruptedException {
    for (int[] batch : BATCHES) {
      int rows = batch[0] * batch[1];
      int steps = Math.max(5, (bench.quick() ? 3_000 : 40_000) / rows);
      String[] arguments = arguments(threads, batch[0], batch[1], DIM, steps);
      List<String> ours = new ArrayList<>(List.of("fit"));
      ours.addAll(List.of(arguments));
      List<Contender> contenders =
          new ArrayList<>(
              List.of(
                  bench.ours(DL4J, threads, ours.toArray(String[]::new)),
                  bench.python(TORCH, threads, "train.py", arguments)));
      Lines lines = bench.alternate(contenders.toArray(Contender[]::new));
      String name = batch[0] + " × " + batch[1];
      Figure figure = lines.figure(DL4J, name, "rows_per_second");
      String label =
          String.format(
              Locale.ROOT,
              "batch of %d × %d × %,d, %d thread%s",
              batch[0],
              batch[1],
              DIM,
              threads,
              threads == 1 ? "" : "s");
      comparisons.add(
          new Comparison(
              label,
              "segments/s",
              figure,
              lines.figure(TORCH, name, "rows_per_second"),
              // Training uses one thread per worker, so that its bits do not depend on the number
              // of threads.
              threads == 1 ? Goal.ratioAtLeast(1) : null));
      if (bench.quick() && (threads > 1 || batch != BATCHES[0])) {
        // Compiling takes nearly a minute each time.
        continue;
      }
      List<String> compiled = new ArrayList<>(List.of(arguments));
      compiled.add("--compile");
      try {
        Lines more =
            bench.alternate(
                bench.python(COMPILED, threads, "train.py", compiled.toArray(String[]::new)));
        comparisons.add(
            new Comparison(
                label, "segments/s", figure, more.figure(COMPILED, name, "rows_per_second"), null));
      } catch (DataException e) {
        String note = "`torch.compile` does not work on this machine.";
        if (!notes.contains(note)) {
          notes.add(note);
        }
      }
    }
  }

  private static String[] arguments(int... values) {
    return java.util.Arrays.stream(values).mapToObj(Integer::toString).toArray(String[]::new);
  }
}
