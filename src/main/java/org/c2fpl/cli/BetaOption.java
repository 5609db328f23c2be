package org.c2fpl.cli;

import org.c2fpl.errors.UsageException;
import picocli.CommandLine.Option;

/** The share of a video that its window covers. */
final class BetaOption {
  @Option(
      names = "--beta",
      defaultValue = "0.2",
      description =
          "Share β of an anomalous video's segments that its window covers, 0 < β < 1; coarse has"
              + " windows with --clustering ranked only (default: ${DEFAULT-VALUE}).")
  private double beta;

  /** Refuses a value that is not a share. */
  double beta() {
    if (!(beta > 0 && beta < 1)) {
      throw new UsageException(
          "Cannot use --beta " + beta + ": the share lies between 0 and 1. The paper's is 0.2.");
    }
    return beta;
  }
}
