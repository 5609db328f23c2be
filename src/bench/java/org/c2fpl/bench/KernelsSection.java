package org.c2fpl.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The inner loops of the method. */
final class KernelsSection implements Section {
  private static final String NAME = "kernel";

  private record Kernel(String method, String text, int... sizes) {}

  private static final List<Kernel> KERNELS =
      List.of(
          new Kernel("norm", "`SegmentNorm.meanNorm`, crops of 2,048", 1, 10),
          new Kernel("standardized", "the same, standardised", 1, 10),
          new Kernel("window", "`LowestDensityWindow.start`, segments", 1_000, 61_032),
          new Kernel("logDensities", "`NullModel.logDensity`, segments", 1_000, 61_032),
          new Kernel("ranking", "`RankingMetrics` (AUC and AP), scores", 1_000, 69_634));

  @Override
  public String title() {
    return "inner loops";
  }

  @Override
  public Outcome run(Bench bench) throws IOException, InterruptedException {
    Lines lines = new Lines();
    bench.run(
        bench.ours(
            NAME,
            1,
            "kernels",
            Integer.toString(bench.options().repeats()),
            bench.quick() ? "2" : "5",
            bench.quick() ? "100" : "1000"),
        lines);
    List<Comparison> comparisons = new ArrayList<>();
    for (Kernel kernel : KERNELS) {
      for (int size : kernel.sizes()) {
        Figure ours = lines.figure(NAME, kernel.method() + " " + size, "ns");
        Figure plain = lines.figure(NAME, kernel.method() + "Plain " + size, "ns");
        comparisons.add(
            new Comparison(
                String.format(Locale.ROOT, "%s: %,d", kernel.text(), size),
                "ns/op",
                ours,
                new Figure("plain loop", plain.values()),
                null));
      }
    }
    return new Outcome(
        "JMH's average time, a Java machine a repeat, against the plainest loop for the same: one"
            + " double accumulator for norms, prefix sums of densities for windows. Those loops"
            + " lack what ours do besides (exact ties and sums, no underflow).",
        comparisons,
        List.of());
  }
}
