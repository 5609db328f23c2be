package org.c2fpl.cli;

import org.c2fpl.errors.UsageException;
import org.c2fpl.stages.CoarseStage;
import picocli.CommandLine.Option;

/** Options of the coarse pseudo-labels. */
final class CoarseOptions {
  @Option(
      names = "--eta",
      defaultValue = "1.0",
      description =
          "Stop when anomalous / normal videos exceed this ratio η, > 0 (default:"
              + " ${DEFAULT-VALUE}).")
  double eta;

  CoarseStage.Options options(String trainSplit) {
    if (!(eta > 0) || Double.isInfinite(eta)) {
      throw new UsageException(
          "Cannot use --eta " + eta + ": the ratio is a number above 0. The paper's is 1.0.");
    }
    return new CoarseStage.Options(eta, trainSplit);
  }
}
