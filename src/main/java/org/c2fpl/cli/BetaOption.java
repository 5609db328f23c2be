package org.c2fpl.cli;

import picocli.CommandLine.Option;

/** The share of a video that its window covers. */
final class BetaOption {
  @Option(
      names = "--beta",
      defaultValue = "0.2",
      description =
          "Share β of an anomalous video's segments that its window covers, 0 < β < 1; coarse has"
              + " windows with --clustering ranked only (default: ${DEFAULT-VALUE}).")
  double beta;
}
