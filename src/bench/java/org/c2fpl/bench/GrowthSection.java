package org.c2fpl.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Time and heap depending on the size of the footage. */
final class GrowthSection implements Section {
  private static final int[] DENOMINATORS = {8, 4, 2, 1};
  private static final int[] QUICK_DENOMINATORS = {256, 128, 64, 32};
  private static final List<String> STAGES = List.of("stats", "fine", "train", "score");
  private static final String NAME = "Spark";

  @Override
  public String title() {
    return "time and heap against the size of the footage";
  }

  @Override
  public Outcome run(Bench bench) throws IOException, InterruptedException {
    int[] denominators = bench.quick() ? QUICK_DENOMINATORS : DENOMINATORS;
    List<Contender> contenders = new ArrayList<>();
    List<Long> segments = new ArrayList<>();
    Path smallest = bench.footage(denominators[0], 1, 2048);
    for (int denominator : denominators) {
      Path workspace = bench.footage(denominator, 1, 2048);
      Bench.warmCache(Bench.segments(workspace));
      segments.add(Bench.rows(workspace));
      contenders.add(
          bench.ours(
              NAME,
              1,
              "growth",
              workspace.toString(),
              Integer.toString(denominator),
              smallest.toString()));
    }
    Lines lines = bench.alternate(contenders.toArray(Contender[]::new));
    List<Comparison> comparisons = new ArrayList<>();
    for (String stage : STAGES) {
      List<Double> seconds = new ArrayList<>();
      for (int i = 0; i < denominators.length; i++) {
        Figure figure = lines.figure(NAME, name(stage, denominators[i]), "seconds");
        seconds.add(figure.median());
        comparisons.add(
            new Comparison(
                String.format(Locale.ROOT, "%s, %,d segments", stage, segments.get(i)),
                "s",
                figure,
                null,
                null));
      }
      comparisons.add(
          new Comparison(
              stage + ", largest deviation from a line",
              "%",
              new Figure(NAME, List.of(100 * deviation(segments, seconds))),
              null,
              Goal.atMost(10)));
      String least = name(stage, denominators[0]);
      String whole = name(stage, denominators[denominators.length - 1]);
      comparisons.add(
          heap(lines, stage + ", live heap", least, whole, "live_mb", Goal.ratioAtMost(1.1)));
      comparisons.add(
          heap(
              lines,
              stage + ", largest heap after a collection",
              least,
              whole,
              "largest_mb",
              null));
    }
    return new Outcome(
        "One session a size, all warmed up alike on the smallest footage; then `stats` and `fine`"
            + " run six times on this and seven times more, of which the median counts, `train`"
            + " (one epoch, and the choice of the threshold) and `score` once. The line is the"
            + " least-squares fit of the seconds over the segments; its value at none, the"
            + " start-up, is subtracted before measured and fitted seconds are compared. Heap: what"
            + " is live after the stage, and the most that any collection during it left, with the"
            + " largest footage against the smallest.",
        comparisons,
        List.of());
  }

  private static String name(String stage, int denominator) {
    return stage + " 1/" + denominator;
  }

  private static Comparison heap(
      Lines lines, String name, String least, String whole, String field, Goal goal) {
    return new Comparison(
        name,
        "MB",
        new Figure("largest footage", lines.figure(NAME, whole, field).values()),
        new Figure("smallest footage", lines.figure(NAME, least, field).values()),
        goal);
  }

  /** The largest relative deviation of the seconds above the start-up from proportionality. */
  static double deviation(List<Long> segments, List<Double> seconds) {
    int n = segments.size();
    double meanX = segments.stream().mapToLong(x -> x).average().orElseThrow();
    double meanY = seconds.stream().mapToDouble(y -> y).average().orElseThrow();
    double xy = 0;
    double xx = 0;
    for (int i = 0; i < n; i++) {
      xy += (segments.get(i) - meanX) * (seconds.get(i) - meanY);
      xx += (segments.get(i) - meanX) * (segments.get(i) - meanX);
    }
    double slope = xy / xx;
    double start = meanY - slope * meanX;
    double largest = 0;
    for (int i = 0; i < n; i++) {
      double fitted = slope * segments.get(i);
      largest = Math.max(largest, Math.abs(seconds.get(i) - start - fitted) / Math.abs(fitted));
    }
    return largest;
  }
}
