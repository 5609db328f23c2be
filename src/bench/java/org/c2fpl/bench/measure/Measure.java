package org.c2fpl.bench.measure;

import java.util.Arrays;

/** The main class of every measuring process; the first argument selects the measurement. */
public final class Measure {
  private Measure() {}

  public static void main(String[] arguments) throws Exception {
    String[] rest = Arrays.copyOfRange(arguments, 1, arguments.length);
    switch (arguments[0]) {
      case "footage" -> Stages.footage(rest);
      case "stats" -> Stages.stats(rest);
      case "prepare" -> Stages.prepare(rest);
      case "video-stats" -> Stages.videoStats(rest);
      case "coarse" -> Stages.coarse(rest);
      case "fine" -> Stages.fine(rest);
      case "labels" -> Stages.labels(rest);
      case "labels-cold" -> Stages.labelsCold(rest);
      case "score" -> Stages.score(rest);
      case "growth" -> Growth.measure(rest);
      case "parquet-norms" -> ParquetNorms.measure(rest);
      case "fit" -> Fit.measure(rest);
      case "fit-batches" -> Fit.epochs(rest);
      case "train-spark" -> SparkTraining.measure(rest);
      case "kernels" -> Kernels.measure(rest);
      case "infer" -> Inference.measure(rest);
      default -> throw new IllegalArgumentException("nothing is measured as " + arguments[0]);
    }
    // Threads of Spark and DL4J would keep the process alive.
    System.exit(0);
  }
}
