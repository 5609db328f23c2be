package org.c2fpl.cli;

import picocli.CommandLine.Option;

/** {@code --train-split}. */
final class TrainSplitOption {
  @Option(
      names = "--train-split",
      defaultValue = "train",
      paramLabel = "NAME",
      description = "The training split (default: ${DEFAULT-VALUE}).")
  String trainSplit;
}
