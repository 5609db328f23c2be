package org.c2fpl.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import java.util.stream.Stream;
import org.c2fpl.errors.UsageException;
import org.c2fpl.stage.StageContext;
import org.c2fpl.upkeep.Lineage;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code c2fpl lineage}. */
@Command(
    name = "lineage",
    header = "Show what a result was made from: model version, parameters, inputs.",
    description = {
      "Reads manifests, changes nothing, and needs no lock. Without an option it shows the lineage"
          + " of all detections; with --json, full fingerprints."
    },
    footer = {
      "",
      "Examples:",
      "  c2fpl lineage --workspace W --video Abuse028_x264",
      "  c2fpl lineage --workspace W --detection Abuse028_x264:240 --json"
    })
final class LineageCommand extends WorkspaceCommand {
  @Option(
      names = "--video",
      paramLabel = "ID",
      description = "Show the lineage of this video's detections and pseudo-label.")
  String video;

  @Option(
      names = "--detection",
      paramLabel = "ID:FRAME",
      description = "Show the lineage of the detection that contains this frame of a video.")
  String detection;

  @Option(
      names = "--leaf",
      paramLabel = "PATH",
      description =
          "Show the lineage of this table leaf, for instance detections/split=test/batch=0.")
  String leaf;

  @Override
  boolean changes() {
    return false;
  }

  @Override
  void check() {
    if (Stream.of(video, detection, leaf).filter(option -> option != null).count() > 1) {
      throw new UsageException(
          "Cannot use --video, --detection and --leaf together: each names another result."
              + " Give one of them.");
    }
    if (detection != null) {
      frame();
    }
  }

  @Override
  void execute(StageContext context) {
    Lineage lineage = new Lineage(context);
    ArrayNode nodes;
    if (video != null) {
      nodes = lineage.video(video);
    } else if (detection != null) {
      nodes = lineage.detection(detection.substring(0, detection.lastIndexOf(':')), frame());
    } else {
      nodes = leaf == null ? lineage.results() : lineage.leaf(leaf);
    }
    if (json() != null) {
      json().result("lineage", nodes);
    } else {
      context.events().noted(Lineage.text(nodes));
    }
    lineage.requireSound();
  }

  private long frame() {
    int colon = detection.lastIndexOf(':');
    try {
      if (colon > 0) {
        return Long.parseLong(detection.substring(colon + 1));
      }
    } catch (NumberFormatException e) {
      // Refused below, like a missing colon.
    }
    throw new UsageException(
        "Cannot use --detection "
            + detection
            + ": it is not a video id, a colon and a frame. Write ID:FRAME.");
  }
}
