package org.c2fpl.bench.measure;

import org.c2fpl.detector.DetectorArchitecture;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The detector's output for rows in memory. */
final class Inference {
  private static final int WARM_UP = 20;

  private Inference() {}

  /** {@code infer <rows> <dim> <repeats>}: rows per second, one thread. */
  static void measure(String[] arguments) throws Exception {
    Fit.threads(1);
    int rows = Integer.parseInt(arguments[0]);
    int dim = Integer.parseInt(arguments[1]);
    int repeats = Integer.parseInt(arguments[2]);
    ComputationGraph network = DetectorArchitecture.standard(dim, 1).network(0.01, 1);
    INDArray input = Nd4j.rand(DataType.FLOAT, rows, dim);
    for (int i = 0; i < WARM_UP; i++) {
      network.outputSingle(false, input);
    }
    double seconds =
        Measurement.seconds(
            () -> {
              for (int i = 0; i < repeats; i++) {
                network.outputSingle(false, input);
              }
            });
    Measurement.of("in memory")
        .with("seconds", seconds / repeats)
        .with("rows", rows)
        .with("rows_per_second", (double) rows * repeats / seconds)
        .print();
  }
}
