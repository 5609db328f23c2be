package org.c2fpl.cli;

import org.c2fpl.fine.FineStage;
import org.c2fpl.stage.StageContext;
import org.c2fpl.stage.StageRunner;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code c2fpl fine}. */
@Command(
    name = "fine",
    header = "Pseudo-label segments by a null model and windows (Alg. 1, lines 13-22).",
    description = {
      "Reads segment_norms, or segment_statistics if stats wrote them, and coarse_labels; writes"
          + " null_model (Eqs. 3, 4) and fine_labels (Eq. 5)."
    },
    footer = {"", "Example:", "  c2fpl fine --workspace W --beta 0.2"})
final class FineCommand extends WorkspaceCommand {
  @Mixin BetaOption window;
  @Mixin FineOptions fine;
  @Mixin TrainSplitOption trainSplit;

  @Override
  void check() {
    options();
  }

  @Override
  void execute(StageContext context) {
    StageRunner.run(context, new FineStage(), options());
  }

  private FineStage.Options options() {
    return fine.options(window.beta, trainSplit.trainSplit);
  }
}
