package org.c2fpl.cli;

import java.util.List;
import org.c2fpl.errors.Bounds;
import org.c2fpl.errors.UsageException;
import org.c2fpl.export.Export;
import org.c2fpl.export.ExportFormat;
import org.c2fpl.export.ExportOptions;
import org.c2fpl.export.Exported;
import org.c2fpl.stage.StageContext;
import org.c2fpl.workspace.Leaf;
import org.c2fpl.workspace.WriteMode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code c2fpl export}. */
@Command(
    name = "export",
    header = "Write detections or scores as CSV, JSON Lines or WebVTT chapters.",
    description = {
      "Reads detections or segment_scores, and annotations, if they exist, for label and class;"
          + " changes nothing in the workspace and needs no lock. A file is written completely or"
          + " not at all. docs/export.md lists the columns and shows how to play chapters."
    },
    footer = {
      "",
      "Examples:",
      "  c2fpl export --workspace W --format csv --output detections.csv",
      "  c2fpl export --workspace W --format jsonl --output - --top-k 20 --split test",
      "  c2fpl export --workspace W --format webvtt --output chapters --fps 25"
    })
final class ExportCommand extends WorkspaceCommand {
  /** The most rows that the driver can hold. */
  @Option(
      names = "--what",
      defaultValue = "detections",
      description =
          "detections, or the scores of all segments (csv and jsonl only). Default:"
              + " ${DEFAULT-VALUE}.")
  Exported what;

  @Option(
      names = "--format",
      required = true,
      description =
          "csv: RFC 4180 with a header; jsonl: one JSON object per line; webvtt: chapters for a"
              + " player, one file per video.")
  ExportFormat format;

  @Option(
      names = "--output",
      required = true,
      paramLabel = "URI",
      description =
          "The file, on any Hadoop file system, or - for standard output; for webvtt the folder."
              + " An existing file is replaced only with --write-mode overwrite.")
  String output;

  @Option(
      names = "--split",
      paramLabel = "NAME",
      description = "Split to export; may be repeated (default: every scored split).")
  List<String> splits = List.of();

  @Option(
      names = "--batch",
      paramLabel = "NAME",
      description = "Batch of the splits to export; may be repeated (default: all batches).")
  List<String> batches = List.of();

  @Option(
      names = "--video",
      arity = "1..*",
      paramLabel = "ID",
      description = "Video to export; one or several (default: all videos).")
  List<String> videos = List.of();

  @Option(
      names = "--top-k",
      paramLabel = "N",
      description =
          "Only the N highest scores over all splits, batches and videos, the highest first"
              + " (default: all, by split, video and frame).")
  Integer topK;

  @Option(
      names = "--min-score",
      paramLabel = "X",
      description = "Only scores of at least this; for detections, peak scores (default: all).")
  Double minScore;

  @Option(
      names = "--fps",
      paramLabel = "N",
      description =
          "Frames per second of videos that were ingested without it (default: their seconds stay"
              + " empty, and webvtt refuses them).")
  Double fps;

  @Override
  boolean changes() {
    return false;
  }

  @Override
  Console console() {
    return output.equals(ExportOptions.STANDARD_OUTPUT)
        ? super.console().besideData()
        : super.console();
  }

  @Override
  void check() {
    splits.forEach(split -> Leaf.checkName("--split", split));
    batches.forEach(batch -> Leaf.checkName("--batch", batch));
    if (output.isBlank()) {
      throw new UsageException("Cannot use --output: it is empty. Give a path, or - .");
    }
    if (topK != null) {
      // Rows that the driver can hold.
      Bounds.require("--top-k", topK, "[1, 1000000]", "Give such a number, or --min-score.");
    }
    if (minScore != null && minScore.isNaN()) {
      throw new UsageException("Cannot use --min-score NaN: it is not a number. Give a number.");
    }
    if (fps != null) {
      Bounds.require("--fps", fps, "(0, ∞)");
    }
    if (what == Exported.SCORES && (format == ExportFormat.WEBVTT || fps != null)) {
      throw new UsageException(
          "Cannot use "
              + (fps == null ? "--format webvtt" : "--fps")
              + " with --what scores: only detections have times. Drop one of them.");
    }
    if (format == ExportFormat.WEBVTT && output.equals(ExportOptions.STANDARD_OUTPUT)) {
      throw new UsageException(
          "Cannot use --output - with --format webvtt: it writes one file per video. Give a"
              + " folder.");
    }
    if (common.json && output.equals(ExportOptions.STANDARD_OUTPUT)) {
      throw new UsageException(
          "Cannot use --output - with --json: both are for standard output. Give a file.");
    }
    if (common.writeMode != WriteMode.ERROR && common.writeMode != WriteMode.OVERWRITE) {
      throw new UsageException(
          "Cannot use this --write-mode with export: a file does not record what it was made from."
              + " Use error or overwrite.");
    }
  }

  @Override
  void execute(StageContext context) {
    Export.run(
        context,
        new ExportOptions(what, format, output, splits, batches, videos, topK, minScore, fps));
  }
}
