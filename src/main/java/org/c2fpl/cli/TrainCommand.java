package org.c2fpl.cli;

import org.c2fpl.stages.StageContext;
import org.c2fpl.stages.TrainStage;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code c2fpl train}. */
@Command(
    name = "train",
    header = "Train the detector on the pseudo-labels, over the executors (Eq. 6).",
    description = {
      "Reads segments and fine_labels; writes a model version and makes it the current one. A"
          + " checkpoint an epoch; an interrupted training goes on from it."
    },
    footer = {
      "",
      "Example:",
      "  c2fpl train --workspace W --epochs 100 --workers 8 --master spark://h:7077"
    })
final class TrainCommand extends WorkspaceCommand {
  @Mixin TrainOptions train;
  @Mixin TrainSplitOption trainSplit;

  @Override
  void check() {
    options();
  }

  @Override
  void execute(StageContext context) {
    TrainStage.run(context, options());
  }

  private TrainStage.Options options() {
    return train.options(trainSplit.trainSplit, common.seed);
  }
}
