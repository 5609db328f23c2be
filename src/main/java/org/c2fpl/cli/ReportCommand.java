package org.c2fpl.cli;

import org.c2fpl.report.FrameGrabs;
import org.c2fpl.report.ReportStage;
import org.c2fpl.stage.StageContext;
import org.c2fpl.stage.StageRunner;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code c2fpl report}. */
@Command(
    name = "report",
    header = "Write report/index.html from everything in the workspace.",
    footer = {"", "Example:", "  c2fpl report --workspace W --write-mode overwrite"})
final class ReportCommand extends WorkspaceCommand {
  @Option(
      names = "--frame-grabs",
      paramLabel = "N",
      defaultValue = "0",
      description =
          "Show the peak frame of each of the N strongest detections, at most 200, if the column"
              + " source of the table videos names a video that can be read. Needs a build with"
              + " -Pframes. Default: ${DEFAULT-VALUE}.")
  int frameGrabs;

  @Override
  void check() {
    FrameGrabs.check(frameGrabs);
  }

  @Override
  void execute(StageContext context) {
    StageRunner.run(context, new ReportStage(), frameGrabs);
  }
}
