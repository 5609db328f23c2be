package org.c2fpl.bench;

import java.io.IOException;
import java.util.List;

/** A part of the benchmarks that can be run alone. */
interface Section {
  /**
   * What a section found.
   *
   * @param about what was measured and how
   */
  record Outcome(String about, List<Comparison> comparisons, List<String> notes) {}

  String title();

  Outcome run(Bench bench) throws IOException, InterruptedException;
}
