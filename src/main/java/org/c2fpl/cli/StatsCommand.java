package org.c2fpl.cli;

import java.util.List;
import org.c2fpl.stage.StageContext;
import org.c2fpl.stage.StageRunner;
import org.c2fpl.stats.StatsStage;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code c2fpl stats}. */
@Command(
    name = "stats",
    header = "Compute segment norms and per-video statistics (Eqs. 1, 2).",
    description = {
      "Reads segments; writes segment_norms and video_stats, and with --standardize first"
          + " feature_profile; with --statistic also statistic_model and segment_statistics. If"
          + " the training split already has its norms, options that are not given keep their"
          + " earlier values, and options that contradict the norms are refused, unless"
          + " --write-mode refresh or overwrite computes all of them again. New batches are added;"
          + " existing ones are kept, and listed if they would be different now."
    },
    footer = {"", "Example:", "  c2fpl stats --workspace W --standardize"})
final class StatsCommand extends WorkspaceCommand {
  @Option(
      names = "--split",
      paramLabel = "NAME",
      description = "Split to compute; may be repeated (default: every ingested split).")
  List<String> splits = List.of();

  @Option(
      names = "--batch",
      paramLabel = "NAME",
      description = "Batch of the splits to compute; may be repeated (default: all batches).")
  List<String> batches = List.of();

  @Mixin StatsOptions stats;
  @Mixin TrainSplitOption trainSplit;

  @Override
  void check() {
    stats.choice();
  }

  @Override
  void execute(StageContext context) {
    StageRunner.run(
        context,
        new StatsStage(batches),
        stats.choice().settled(context, splits, batches, trainSplit.trainSplit));
  }
}
