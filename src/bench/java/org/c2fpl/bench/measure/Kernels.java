package org.c2fpl.bench.measure;

import java.util.Collection;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * Runs the JMH benchmarks of {@code org.c2fpl.bench.kernels}, each repeat in a separate process.
 */
final class Kernels {
  private Kernels() {}

  /** {@code kernels <forks> <iterations> <milliseconds>}. */
  static void measure(String[] arguments) throws Exception {
    int iterations = Integer.parseInt(arguments[1]);
    TimeValue time = TimeValue.milliseconds(Long.parseLong(arguments[2]));
    Collection<RunResult> results =
        new Runner(
                new OptionsBuilder()
                    .include("org\\.c2fpl\\.bench\\.kernels\\..*")
                    .forks(Integer.parseInt(arguments[0]))
                    .warmupIterations(iterations)
                    .warmupTime(time)
                    .measurementIterations(iterations)
                    .measurementTime(time)
                    .verbosity(VerboseMode.SILENT)
                    .build())
            .run();
    for (RunResult result : results) {
      String method = result.getParams().getBenchmark();
      String name =
          method.substring(method.lastIndexOf('.') + 1) + " " + result.getParams().getParam("size");
      for (BenchmarkResult fork : result.getBenchmarkResults()) {
        Measurement.of(name).with("ns", fork.getPrimaryResult().getScore()).print();
      }
    }
  }
}
