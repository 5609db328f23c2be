package org.c2fpl.cli;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.c2fpl.errors.DidYouMean;
import org.c2fpl.workspace.WriteMode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options that every command on a workspace has. */
final class CommonOptions {
  @Option(
      names = "--workspace",
      paramLabel = "URI",
      description =
          "Folder of the tables, on any Hadoop file system; 'ingest', 'run' and 'demo' create it if"
              + " it does not exist. Required, except for 'demo'.")
  String workspace;

  @Option(
      names = "--seed",
      defaultValue = "0",
      description = "Seed of all random choices (default: ${DEFAULT-VALUE}).")
  long seed;

  @Option(
      names = "--write-mode",
      defaultValue = "error",
      paramLabel = "error|skip|refresh|overwrite",
      converter = WriteModes.class,
      description =
          "What to do about a table that already exists. error: refuse; skip: keep it if it was"
              + " made from the same inputs and parameters, otherwise refuse; refresh: keep it if"
              + " so, otherwise replace it; overwrite: replace it. The old table stays until the"
              + " new one is complete. Default: ${DEFAULT-VALUE}.")
  WriteMode writeMode;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description =
          "Properties file with options. Environment variables named C2FPL_<COMMAND>_<OPTION>"
              + " (C2FPL_TRAIN_BATCH_SIZE) override it, and the command line overrides both.")
  Path config;

  @Option(
      names = "--preset",
      paramLabel = "paper|published-code|robust",
      description =
          "A variant of the whole method: options that --config and the command line override."
              + " paper: the defaults; published-code: the authors' code where it differs"
              + " from the paper; robust: for footage where the paper's assumptions do not hold."
              + " Default: none, which equals paper.")
  String preset;

  @Option(
      names = "--wait-for-lock",
      paramLabel = "90s|30m|2h",
      description =
          "How long to wait for another run on the workspace to end before giving up (default: no"
              + " wait).")
  String waitForLock;

  @Option(
      names = "--run-id",
      paramLabel = "ID",
      description =
          "Name of this run's record, _runs/ID.json, by which a scheduler finds it; a run of the"
              + " same name replaces it (default: from time, command and process).")
  String runId;

  @Option(
      names = JsonLines.OPTION,
      description =
          "Print JSON to standard output, one object per line: one for each stage and one at the"
              + " end. Text for people then goes to standard error. docs/terminal.md lists the"
              + " keys.")
  boolean json;

  @Option(
      names = {"-v", "--verbose"},
      description = "Print stack traces.")
  boolean verbose;

  @Mixin HelpOption help;

  /** The time to wait for another run. */
  Duration patience() {
    return waitForLock == null ? Duration.ZERO : Durations.of("--wait-for-lock", waitForLock);
  }

  /** The modes by their names. */
  static final class WriteModes implements picocli.CommandLine.ITypeConverter<WriteMode> {
    @Override
    public WriteMode convert(String value) {
      return switch (value) {
        case "error" -> WriteMode.ERROR;
        case "skip" -> WriteMode.SKIP;
        case "refresh" -> WriteMode.REFRESH;
        case "overwrite" -> WriteMode.OVERWRITE;
        default ->
            throw new picocli.CommandLine.TypeConversionException(
                "'"
                    + value
                    + "' is none of error, skip, refresh, overwrite."
                    + DidYouMean.sentence(value, List.of("error", "skip", "refresh", "overwrite")));
      };
    }
  }
}
