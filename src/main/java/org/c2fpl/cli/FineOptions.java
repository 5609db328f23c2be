package org.c2fpl.cli;

import org.c2fpl.errors.UsageException;
import org.c2fpl.stages.FineStage;
import picocli.CommandLine.Option;

/** Options of the fine pseudo-labels. */
final class FineOptions {
  @Option(
      names = "--beta",
      defaultValue = "0.2",
      description =
          "Share β of an anomalous video's segments that its window covers, 0 < β < 1 (default:"
              + " ${DEFAULT-VALUE}).")
  double beta;

  FineStage.Options options(String trainSplit) {
    if (!(beta > 0 && beta < 1)) {
      throw new UsageException(
          "Cannot use --beta " + beta + ": the share lies between 0 and 1. The paper's is 0.2.");
    }
    return new FineStage.Options(beta, trainSplit);
  }
}
