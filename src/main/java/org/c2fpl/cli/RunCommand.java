package org.c2fpl.cli;

import java.util.List;
import org.c2fpl.formats.annotations.AnnotationFormat;
import org.c2fpl.ingest.IngestOptions;
import org.c2fpl.pipeline.Pipeline;
import org.c2fpl.stage.StageContext;
import org.c2fpl.workspace.WriteMode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code c2fpl run}. */
@Command(
    name = "run",
    header = "Run the whole pipeline, skipping finished stages.",
    description = {
      "Ingest, annotate, stats, coarse, fine, train, score, evaluate, report. A stage is skipped"
          + " if its tables were made from the same inputs and parameters; otherwise they are"
          + " made again. After a kill, the same command continues."
    },
    footer = {
      "",
      "Example:",
      "  c2fpl run --workspace W --train features/train --test features/test \\",
      "    --annotations truth.csv --standardize --seed 0"
    })
final class RunCommand extends WorkspaceCommand {
  private static final String TRAIN = "train";
  private static final String TEST = "test";

  @Option(
      names = "--train",
      arity = "1..*",
      required = true,
      paramLabel = "PATH",
      description =
          "Training feature files: files, folders or patterns as for 'ingest --input'; one or"
              + " several.")
  List<String> train;

  @Option(
      names = "--test",
      arity = "1..*",
      paramLabel = "PATH",
      description =
          "Feature files to score; one or several (default: the training footage is scored).")
  List<String> test = List.of();

  @Option(
      names = "--annotations",
      paramLabel = "FILE",
      description = "Ground truth of the test footage (default: none, and no evaluation).")
  String annotations;

  @Option(
      names = "--annotations-format",
      defaultValue = "csv",
      description = "Format of the ground truth (default: ${DEFAULT-VALUE}).")
  AnnotationFormat annotationsFormat;

  @Option(
      names = "--train-ranges",
      paramLabel = "FILE",
      description = "concat: npy file with the row ranges of the training videos.")
  String trainRanges;

  @Option(
      names = "--train-names",
      paramLabel = "FILE",
      description = "concat: names of the training videos, one a line.")
  String trainNames;

  @Option(
      names = "--test-ranges",
      paramLabel = "FILE",
      description = "concat: npy file with the row ranges of the test videos.")
  String testRanges;

  @Option(
      names = "--test-names",
      paramLabel = "FILE",
      description = "concat: names of the test videos, one a line.")
  String testNames;

  @Mixin FeatureFileOptions files;
  @Mixin AnnotationOptions annotation;
  @Mixin MethodOptions method;

  @Override
  boolean makesWorkspace() {
    return true;
  }

  @Override
  void check() {
    options();
  }

  /**
   * {@code --write-mode overwrite} makes everything again; otherwise finished stages are skipped.
   */
  @Override
  WriteMode writeMode() {
    return common.writeMode == WriteMode.OVERWRITE ? WriteMode.OVERWRITE : WriteMode.REFRESH;
  }

  @Override
  void execute(StageContext context) {
    Pipeline.run(context, options());
    RunSummary.tell(context, test.isEmpty() ? TRAIN : TEST);
  }

  private Pipeline.Options options() {
    IngestOptions trainFiles =
        files.builder(TRAIN, train).ranges(trainRanges).names(trainNames).build();
    boolean hasTest = !test.isEmpty();
    IngestOptions testFiles =
        hasTest ? files.builder(TEST, test).ranges(testRanges).names(testNames).build() : null;
    String scored = hasTest ? TEST : TRAIN;
    return new Pipeline.Options(
        trainFiles,
        testFiles,
        annotations == null ? null : annotation.options(annotationsFormat, annotations, scored),
        method.options(TRAIN, scored, common.seed));
  }
}
