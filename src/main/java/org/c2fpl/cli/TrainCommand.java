package org.c2fpl.cli;

import org.c2fpl.stage.StageContext;
import org.c2fpl.stage.StageRunner;
import org.c2fpl.train.TrainStage;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code c2fpl train}. */
@Command(
    name = "train",
    header = "Train the detector on the pseudo-labels, over the executors (Eq. 6).",
    description = {
      "Reads segments and fine_labels; writes a model version and makes it the current one, or with"
          + " --no-promote leaves the current one in use. A checkpoint an epoch; an interrupted"
          + " training goes on from it."
    },
    footer = {
      "",
      "Example:",
      "  c2fpl train --workspace W --epochs 100 --workers 8 --master spark://h:7077"
    })
final class TrainCommand extends WorkspaceCommand {
  @Option(
      names = "--promote",
      negatable = true,
      defaultValue = "true",
      fallbackValue = "true",
      description =
          "Make the new model the current one (default: yes). With --no-promote it is stored beside"
              + " it, for 'c2fpl promote'; unless --write-mode is overwrite, a model that is stored"
              + " already is not trained again.")
  boolean promote;

  @Mixin TrainOptions train;
  @Mixin TrainSplitOption trainSplit;

  @Override
  void check() {
    options();
  }

  @Override
  void execute(StageContext context) {
    StageRunner.run(context, promote ? new TrainStage() : TrainStage.candidate(), options());
  }

  @Override
  String done() {
    return promote ? super.done() : NextStep.CANDIDATE;
  }

  private TrainStage.Options options() {
    return train.options(trainSplit.trainSplit, common.seed);
  }
}
