package org.c2fpl.cli;

import org.c2fpl.evaluate.EvaluateStage;
import org.c2fpl.stage.StageContext;
import org.c2fpl.stage.StageRunner;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code c2fpl evaluate}. */
@Command(
    name = "evaluate",
    header = "Compare scores with ground truth: frame AUC and AP, next to label-free yardsticks.",
    description = {
      "Reads segment_scores and annotations, and for yardsticks segments, segment_norms and"
          + " null_model; compares coarse_labels and fine_labels with the truth of the training"
          + " split. Writes evaluation."
    },
    footer = {"", "Example:", "  c2fpl evaluate --workspace W"})
final class EvaluateCommand extends WorkspaceCommand {
  @Option(
      names = "--split",
      defaultValue = "test",
      paramLabel = "NAME",
      description = "Split to evaluate (default: ${DEFAULT-VALUE}).")
  String split;

  @Mixin EvaluateOptions evaluate;
  @Mixin TrainSplitOption trainSplit;

  @Override
  void check() {
    options();
  }

  @Override
  void execute(StageContext context) {
    StageRunner.run(context, new EvaluateStage(), options());
  }

  private EvaluateStage.Options options() {
    return evaluate.options(trainSplit.trainSplit, split);
  }
}
