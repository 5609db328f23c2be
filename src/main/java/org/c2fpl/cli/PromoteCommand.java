package org.c2fpl.cli;

import org.c2fpl.promote.PromoteStage;
import org.c2fpl.stage.StageContext;
import org.c2fpl.stage.StageRunner;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code c2fpl promote}. */
@Command(
    name = "promote",
    header = "Make a stored model the current one, optionally only if it is not worse.",
    description = {
      "Changes model/current.json and no table: 'c2fpl score' uses the model from then on. With"
          + " --if-not-worse both models score the split's footage, and the model is promoted only"
          + " if its frame AUC is at least the current one's. If it is worse, or without ground"
          + " truth, nothing changes and the exit code is 65; the message then shows how far the"
          + " two models agree and how far the footage has moved from their training footage. The"
          + " comparison is kept in model/comparisons."
    },
    footer = {
      "",
      "Examples:",
      "  c2fpl train --workspace W --no-promote && c2fpl promote --workspace W --if-not-worse",
      "  c2fpl promote --workspace W --model detector-0123456789ab"
    })
final class PromoteCommand extends WorkspaceCommand {
  @Option(
      names = "--model",
      paramLabel = "ID",
      description =
          "The version to promote, as listed by 'c2fpl models' (default: the one stored last).")
  String model;

  @Option(
      names = "--if-not-worse",
      description = "Promote only if the frame AUC on the split is not below the current model's.")
  boolean ifNotWorse;

  @Option(
      names = "--split",
      defaultValue = "test",
      paramLabel = "NAME",
      description = "Split to compare on, with --if-not-worse (default: ${DEFAULT-VALUE}).")
  String split;

  @Override
  void check() {
    options();
  }

  @Override
  void execute(StageContext context) {
    StageRunner.run(context, new PromoteStage(), options());
  }

  private PromoteStage.Options options() {
    return new PromoteStage.Options(model, ifNotWorse, split);
  }
}
