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
    header = "Train the detector on the pseudo-labels, on the executors (Eq. 6).",
    description = {
      "Reads segments and fine_labels; writes a model version and makes it the current one, or with"
          + " --no-promote leaves the current one in use. Writes a checkpoint after each epoch; an"
          + " interrupted training continues from it."
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
          "Make the new model the current one (default: yes). With --no-promote it is only stored,"
              + " for 'c2fpl promote'; a model that is already stored is not trained again, unless"
              + " --write-mode is overwrite.")
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
