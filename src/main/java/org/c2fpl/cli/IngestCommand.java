package org.c2fpl.cli;

import java.util.List;
import org.c2fpl.ingest.IngestOptions;
import org.c2fpl.ingest.IngestStage;
import org.c2fpl.stage.StageContext;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code c2fpl ingest}. */
@Command(
    name = "ingest",
    header = "Read feature files into the segments table.",
    description = {
      "Works on many files at once and streams each file. Writes segments, videos and rejected of"
          + " one split and batch, all of them or none."
    },
    footer = {
      "",
      "Examples:",
      "  c2fpl ingest --workspace W --split train --input features/train",
      "  c2fpl ingest --workspace W --split train --format concat --input concat_UCF.npy \\",
      "    --ranges nalist.npy",
    })
final class IngestCommand extends WorkspaceCommand {
  @Option(
      names = "--input",
      arity = "1..*",
      required = true,
      paramLabel = "PATH",
      description =
          "File, folder (its *.npy files) or pattern (* ? [ ] { }, with \\ before one that is meant"
              + " literally) on any Hadoop file system; one or several. The name of an existing"
              + " file or folder is never read as a pattern.")
  List<String> inputs;

  @Option(
      names = "--split",
      required = true,
      paramLabel = "NAME",
      description = "Split that the footage belongs to, for instance train, test or a date.")
  String split;

  @Option(
      names = "--batch",
      defaultValue = IngestOptions.DEFAULT_BATCH,
      paramLabel = "NAME",
      description = "Batch within the split (default: ${DEFAULT-VALUE}).")
  String batch;

  @Option(
      names = "--ranges",
      paramLabel = "FILE",
      description =
          "concat: npy file with an (n, 2) array of [from, to) rows, one range per video.")
  String ranges;

  @Option(
      names = "--names",
      paramLabel = "FILE",
      description =
          "concat: text file with the names of the videos, one per line, in the order of --ranges.")
  String names;

  @Mixin FeatureFileOptions files;

  @Override
  boolean makesWorkspace() {
    return true;
  }

  @Override
  void check() {
    options();
  }

  @Override
  void execute(StageContext context) {
    IngestStage.run(context, options());
  }

  private IngestOptions options() {
    return files.builder(split, inputs).batch(batch).ranges(ranges).names(names).build();
  }
}
