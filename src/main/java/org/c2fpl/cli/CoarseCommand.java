package org.c2fpl.cli;

import org.c2fpl.stages.CoarseStage;
import org.c2fpl.stages.StageContext;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code c2fpl coarse}. */
@Command(
    name = "coarse",
    header = "Pseudo-label videos by divisive clustering (Alg. 1, lines 6-12).",
    description = {"Reads video_stats of the training split; writes coarse_labels."},
    footer = {"", "Example:", "  c2fpl coarse --workspace W --eta 1.0"})
final class CoarseCommand extends WorkspaceCommand {
  @Mixin CoarseOptions coarse;
  @Mixin TrainSplitOption trainSplit;

  @Override
  void check() {
    options();
  }

  @Override
  void execute(StageContext context) {
    CoarseStage.run(context, options());
  }

  private CoarseStage.Options options() {
    return coarse.options(trainSplit.trainSplit);
  }
}
