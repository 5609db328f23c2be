package org.c2fpl.cli;

import org.c2fpl.method.evaluation.TailPolicy;
import org.c2fpl.stages.EvaluateStage;
import org.c2fpl.stages.EvaluateStage.MissingScores;
import picocli.CommandLine.Option;

/** Options of the evaluation. */
final class EvaluateOptions {
  @Option(
      names = "--tail",
      defaultValue = "repeat",
      paramLabel = "repeat|drop",
      description =
          "What to do with frames behind a video's last segment: they take its score, or they are"
              + " not evaluated. Default: ${DEFAULT-VALUE}.")
  TailPolicy tail;

  @Option(
      names = "--missing-scores",
      defaultValue = "fail",
      paramLabel = "fail|ignore",
      description =
          "What to do with annotated videos that have no scores (default: ${DEFAULT-VALUE}).")
  MissingScores missingScores;

  EvaluateStage.Options options(String split) {
    return new EvaluateStage.Options(split, tail, missingScores);
  }
}
