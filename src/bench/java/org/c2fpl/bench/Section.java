package org.c2fpl.bench;

import java.io.IOException;
import java.util.List;

/** A part of the benchmarks that can be run separately. */
interface Section {
  /**
   * The result of a section.
   *
   * @param about the measurement and its method
   */
  record Outcome(String about, List<Comparison> comparisons, List<String> notes) {}

  String title();

  Outcome run(Bench bench) throws IOException, InterruptedException;
}
