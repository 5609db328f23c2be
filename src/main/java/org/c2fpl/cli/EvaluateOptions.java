package org.c2fpl.cli;

import org.c2fpl.evaluate.EvaluateStage;
import org.c2fpl.evaluate.EvaluateStage.MissingScores;
import org.c2fpl.method.evaluation.TailPolicy;
import picocli.CommandLine.Option;

/** Options of the evaluation. */
final class EvaluateOptions {
  @Option(
      names = "--tail",
      description =
          "What to do with frames after a video's last segment: repeat its score for them, or leave"
              + " them out. Default: repeat, but refuse if they are more than a tenth of all"
              + " frames.")
  TailPolicy tail;

  @Option(
      names = "--missing-scores",
      defaultValue = "fail",
      description =
          "What to do with annotated videos that have no scores (default: ${DEFAULT-VALUE}).")
  MissingScores missingScores;

  @Option(
      names = "--bootstrap",
      defaultValue = "" + EvaluateStage.Options.DEFAULT_BOOTSTRAP,
      paramLabel = "N",
      description =
          "Bootstrap replicates (resampled videos) for the 95 %% intervals of AUC and AP; 0 for"
              + " none (default: ${DEFAULT-VALUE}).")
  int bootstrap;

  @Option(
      names = "--knn-sample",
      defaultValue = "" + EvaluateStage.Options.DEFAULT_KNN_SAMPLE,
      paramLabel = "N",
      description =
          "Training segments among which the yardstick knn looks for nearest neighbours; 0 to leave"
              + " it out (default: ${DEFAULT-VALUE}).")
  int knnSample;

  EvaluateStage.Options options(String trainSplit, String split) {
    return new EvaluateStage.Options(split, tail, missingScores, trainSplit, bootstrap, knnSample);
  }
}
