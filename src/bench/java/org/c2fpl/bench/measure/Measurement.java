package org.c2fpl.bench.measure;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Prints figures: one JSON object per line, which the orchestrator collects. */
final class Measurement {
  private static final ObjectMapper LINES = new ObjectMapper();

  private final ObjectNode json = LINES.createObjectNode();

  private Measurement(String name) {
    json.put("section", System.getenv("C2FPL_BENCH_SECTION"));
    json.put("contender", System.getenv("C2FPL_BENCH_CONTENDER"));
    json.put("case", name);
  }

  static Measurement of(String name) {
    return new Measurement(name);
  }

  Measurement with(String field, double value) {
    json.put(field, value);
    return this;
  }

  void print() {
    System.out.println(json);
  }

  /** Runs the work and returns its seconds. */
  static double seconds(Work work) throws Exception {
    long start = System.nanoTime();
    work.run();
    return (System.nanoTime() - start) / 1e9;
  }

  /** The work to time. */
  interface Work {
    void run() throws Exception;
  }
}
