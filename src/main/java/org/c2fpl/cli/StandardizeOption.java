package org.c2fpl.cli;

import picocli.CommandLine.Option;

/** {@code --standardize}. */
final class StandardizeOption {
  @Option(
      names = "--standardize",
      description =
          "Standardise every feature dimension by its mean and deviation over the training split,"
              + " in stats, train and score alike. Features that are not I3D need it: otherwise"
              + " their norm is the norm of whichever dimensions are largest.")
  boolean standardize;
}
