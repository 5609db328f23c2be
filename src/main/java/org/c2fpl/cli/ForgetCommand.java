package org.c2fpl.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.c2fpl.errors.DataException;
import org.c2fpl.errors.UsageException;
import org.c2fpl.formats.Utf8Text;
import org.c2fpl.stage.StageContext;
import org.c2fpl.upkeep.Forgetting;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code c2fpl forget}. */
@Command(
    name = "forget",
    header = "Remove videos from every table of a workspace.",
    description = {
      "Rewrites all tables without the videos, or changes none; removes evaluation and report if"
          + " they name such a video; keeps a salted hash of each id, so that 'ingest' refuses the"
          + " video from then on. Models that were trained on it are listed, not changed. Feature"
          + " files and logs outside the workspace are not touched."
    },
    footer = {"", "Example:", "  c2fpl forget --workspace W --video Abuse028_x264"})
final class ForgetCommand extends WorkspaceCommand {
  @Option(names = "--video", paramLabel = "ID", description = "Video to forget; may be repeated.")
  List<String> videos = List.of();

  @Option(
      names = "--video-list",
      paramLabel = "FILE",
      description = "Text file with videos to forget, one id per line.")
  Path videoList;

  @Override
  void check() {
    if (videos.isEmpty() && videoList == null) {
      throw new UsageException(
          "Cannot forget: no video is named. Give --video ID or --video-list FILE.");
    }
    ids();
  }

  /** The run's record shows that videos were forgotten, but not which. */
  @Override
  List<String> recorded(List<String> arguments) {
    List<String> recorded = new ArrayList<>();
    boolean id = false;
    for (String argument : arguments) {
      boolean given = argument.startsWith("--video=");
      recorded.add(id ? "(forgotten)" : given ? "--video=(forgotten)" : argument);
      id = argument.equals("--video");
    }
    return recorded;
  }

  @Override
  void execute(StageContext context) {
    Forgetting.run(context, ids());
  }

  private List<String> ids() {
    List<String> ids = new ArrayList<>(videos);
    if (videoList != null) {
      try {
        ids.addAll(
            Forgetting.list(
                Utf8Text.read(
                    Files.newInputStream(videoList),
                    "--video-list " + videoList,
                    Utf8Text.LONGEST_LIST)));
      } catch (IOException e) {
        throw new DataException(
            "Cannot read --video-list " + videoList + ": " + e + ". Check the path.", e);
      }
    }
    if (ids.isEmpty() || ids.contains("")) {
      throw new DataException(
          "Cannot forget: "
              + (ids.isEmpty() ? "--video-list " + videoList + " names no video" : "an id is empty")
              + ". Use the ids in the tables.");
    }
    return ids;
  }
}
