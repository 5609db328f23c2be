package org.c2fpl.cli;

import org.c2fpl.stages.ReportStage;
import org.c2fpl.stages.StageContext;
import picocli.CommandLine.Command;

/** {@code c2fpl report}. */
@Command(
    name = "report",
    header = "Write report/index.html from everything in the workspace.",
    footer = {"", "Example:", "  c2fpl report --workspace W --write-mode overwrite"})
final class ReportCommand extends WorkspaceCommand {
  @Override
  void execute(StageContext context) {
    ReportStage.run(context);
  }
}
