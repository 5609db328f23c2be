package org.c2fpl.cli;

import java.util.List;
import org.c2fpl.stages.StageContext;
import org.c2fpl.stages.StatsStage;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code c2fpl stats}. */
@Command(
    name = "stats",
    header = "Compute segment norms and per-video statistics (Eqs. 1, 2).",
    description = {
      "Reads segments; writes segment_norms and video_stats, and with --standardize first"
          + " feature_profile; with --statistic also statistic_model and segment_statistics."
    },
    footer = {"", "Example:", "  c2fpl stats --workspace W --standardize"})
final class StatsCommand extends WorkspaceCommand {
  @Option(
      names = "--split",
      paramLabel = "NAME",
      description = "Split to do; may be repeated (default: every ingested split).")
  List<String> splits = List.of();

  @Option(
      names = "--batch",
      paramLabel = "NAME",
      description = "Batch of the splits to do; may be repeated (default: all batches).")
  List<String> batches = List.of();

  @Mixin StatsOptions stats;
  @Mixin TrainSplitOption trainSplit;

  @Override
  void check() {
    options();
  }

  @Override
  void execute(StageContext context) {
    StatsStage.run(context, options(), batches);
  }

  private StatsStage.Options options() {
    return stats.options(splits, trainSplit.trainSplit);
  }
}
