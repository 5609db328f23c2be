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
          "Folder of the tables, on any Hadoop file system; 'ingest', 'run' and 'demo' make it if"
              + " need be. Required, but for 'demo'.")
  String workspace;

  @Option(
      names = "--seed",
      defaultValue = "0",
      description = "Seed of everything random (default: ${DEFAULT-VALUE}).")
  long seed;

  @Option(
      names = "--write-mode",
      defaultValue = "error",
      paramLabel = "error|skip|refresh|overwrite",
      converter = WriteModes.class,
      description =
          "What to do about a table that is already there. error: refuse; skip: keep it if it was"
              + " made from the same inputs and parameters, refuse if not; refresh: keep it if so,"
              + " replace it if not; overwrite: replace it. The old one lives until the new one is"
              + " complete. Default: ${DEFAULT-VALUE}.")
  WriteMode writeMode;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description =
          "Properties file with options. Variables of the environment called"
              + " C2FPL_<COMMAND>_<OPTION> (C2FPL_TRAIN_BATCH_SIZE) win over it, and the command"
              + " line over both.")
  Path config;

  @Option(
      names = "--preset",
      paramLabel = "paper|published-code|robust",
      description =
          "A variant of the whole method: options that lie under --config and the command line."
              + " paper: the defaults; published-code: what the authors' code does where it differs"
              + " from the paper; robust: for footage where the paper's assumptions do not hold."
              + " Default: none, which is paper.")
  String preset;

  @Option(
      names = "--wait-for-lock",
      paramLabel = "90s|30m|2h",
      description =
          "How long to wait for another run on the workspace to end before giving up (default: not"
              + " at all).")
  String waitForLock;

  @Option(
      names = "--run-id",
      paramLabel = "ID",
      description =
          "Name of this run's record, _runs/ID.json, by which a scheduler finds it; a run of the"
              + " same name replaces it (default: made of time, command and process).")
  String runId;

  @Option(
      names = JsonLines.OPTION,
      description =
          "Print JSON to standard output, an object a line: one a stage, and one at the end. What"
              + " people read goes to standard error then. docs/terminal.md has the keys.")
  boolean json;

  @Option(
      names = {"-v", "--verbose"},
      description = "Print stack traces.")
  boolean verbose;

  @Mixin HelpOption help;

  /** How long to wait for another run. */
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
