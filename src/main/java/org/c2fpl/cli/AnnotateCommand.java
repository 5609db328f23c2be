package org.c2fpl.cli;

import org.c2fpl.annotate.AnnotateStage;
import org.c2fpl.formats.annotations.AnnotationFormat;
import org.c2fpl.stage.StageContext;
import org.c2fpl.stage.StageRunner;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code c2fpl annotate}. */
@Command(
    name = "annotate",
    header = "Read ground truth for the evaluation; training uses no label.",
    description = {"Checks it against the ingested segments; writes annotations."},
    footer = {
      "",
      "Examples:",
      "  c2fpl annotate --workspace W --format csv --input annotations.csv",
      "  c2fpl annotate --workspace W --format ucf-crime --input Temporal_Anomaly_Annotation.txt"
    })
final class AnnotateCommand extends WorkspaceCommand {
  @Option(
      names = "--format",
      required = true,
      description =
          "csv: video_id,split,label,frames,anomalies[,class] with anomalies start-end;start-end,"
              + " 0-based, end exclusive; ucf-crime and xd-violence: the text files of their"
              + " authors; npy: one mask over the frames of all videos, with --order.")
  AnnotationFormat format;

  @Option(
      names = "--input",
      required = true,
      paramLabel = "FILE",
      description = "The file, on any Hadoop file system.")
  String input;

  @Option(
      names = "--split",
      defaultValue = "test",
      paramLabel = "NAME",
      description = "The split of annotations that name no split (default: ${DEFAULT-VALUE}).")
  String split;

  @Mixin AnnotationOptions annotations;

  @Override
  void check() {
    options();
  }

  @Override
  void execute(StageContext context) {
    StageRunner.run(context, new AnnotateStage(), options());
  }

  private AnnotateStage.Options options() {
    return annotations.options(format, input, split);
  }
}
