package org.c2fpl.cli;

import org.c2fpl.coarse.CoarseStage;
import org.c2fpl.stage.StageContext;
import org.c2fpl.stage.StageRunner;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code c2fpl coarse}. */
@Command(
    name = "coarse",
    header = "Pseudo-label videos by divisive clustering (Alg. 1, lines 6-12).",
    description = {
      "Reads video_stats of the training split (and annotations for known labels,"
          + " segment_statistics for --clustering ranked); writes coarse_labels."
    },
    footer = {"", "Example:", "  c2fpl coarse --workspace W --eta 1.0"})
final class CoarseCommand extends WorkspaceCommand {
  @Mixin CoarseOptions coarse;
  @Mixin TrainSplitOption trainSplit;

  @Mixin BetaOption window;

  @Override
  void check() {
    options();
  }

  @Override
  void execute(StageContext context) {
    StageRunner.run(context, new CoarseStage(), options());
  }

  private CoarseStage.Options options() {
    return coarse.options(window.beta, trainSplit.trainSplit);
  }
}
