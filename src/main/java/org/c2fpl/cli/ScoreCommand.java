package org.c2fpl.cli;

import java.util.List;
import org.c2fpl.score.ScoreStage;
import org.c2fpl.stage.StageContext;
import org.c2fpl.stage.StageRunner;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code c2fpl score}. */
@Command(
    name = "score",
    header = "Score segments with the current model and merge detections.",
    description = {"Reads segments and model; writes segment_scores and detections."},
    footer = {"", "Example:", "  c2fpl score --workspace W --split test"})
final class ScoreCommand extends WorkspaceCommand {
  @Option(
      names = "--split",
      paramLabel = "NAME",
      description = "Split to score; may be repeated (default: every ingested split).")
  List<String> splits = List.of();

  @Option(
      names = "--batch",
      paramLabel = "NAME",
      description = "Batch of the splits to score; may be repeated (default: all batches).")
  List<String> batches = List.of();

  @Option(
      names = "--threshold",
      paramLabel = "VALUE",
      description =
          "Score above which a segment is detected (default: the threshold stored with the model).")
  Double threshold;

  @Override
  void check() {
    options();
  }

  @Override
  void execute(StageContext context) {
    StageRunner.run(context, new ScoreStage(batches), options());
  }

  private ScoreStage.Options options() {
    return new ScoreStage.Options(splits, threshold);
  }
}
