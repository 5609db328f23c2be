package org.c2fpl.cli;

import org.c2fpl.formats.features.Axes;
import org.c2fpl.ingest.FeatureFormat;
import org.c2fpl.ingest.IngestOptions;
import picocli.CommandLine.Option;

/** Options that say how feature files are laid out, for {@code ingest} and {@code run}. */
final class FeatureFileOptions {
  @Option(
      names = "--format",
      defaultValue = "npy",
      description =
          "Layout of the feature files: one array per video; one array per crop; one array for all"
              + " videos with row ranges; a table. Default: ${DEFAULT-VALUE}.")
  FeatureFormat format;

  @Option(
      names = "--axes",
      paramLabel = "AXES",
      description =
          "Order of the arrays' axes: segments,crops,dim or, npy only, crops,segments,dim. Default:"
              + " segments,crops,dim; arrays that do not look like it are refused or cause a"
              + " warning.")
  Axes axes;

  @Option(
      names = "--frames-per-segment",
      defaultValue = "16",
      paramLabel = "N",
      description = "Video frames in a segment (default: ${DEFAULT-VALUE}).")
  int framesPerSegment;

  @Option(
      names = "--on-bad-video",
      defaultValue = "fail",
      description =
          "What to do with a video that cannot be ingested: fail and change nothing, or leave it"
              + " out and list it in the table 'rejected'. Default: ${DEFAULT-VALUE}.")
  OnBadVideo onBadVideo;

  @Option(
      names = "--forgotten",
      defaultValue = "refuse",
      description =
          "What to do with a video that 'c2fpl forget' removed from the workspace: refuse it as"
              + " --on-bad-video says, without listing it anywhere, or ingest it again. Default:"
              + " ${DEFAULT-VALUE}.")
  Forgotten forgotten;

  @Option(
      names = "--videos",
      paramLabel = "FILE",
      description =
          "CSV file about the videos: a header with video_id and any of source, fps, recorded_at,"
              + " camera. It may list more videos, but every ingested video needs its row.")
  String videos;

  @Option(
      names = "--features-column",
      defaultValue = IngestOptions.DEFAULT_FEATURES_COLUMN,
      paramLabel = "NAME",
      description = "parquet: the column with the features (default: ${DEFAULT-VALUE}).")
  String featuresColumn;

  @Option(
      names = "--crops",
      paramLabel = "N",
      description = "parquet: crops in the column (default: 1).")
  Integer crops;

  @Option(
      names = "--dim",
      paramLabel = "N",
      description = "parquet: values per crop (default: as the rows have).")
  Integer dim;

  /** What to do with a bad video. */
  enum OnBadVideo {
    FAIL,
    SKIP;

    @Override
    public String toString() {
      return this == FAIL ? "fail" : "skip";
    }
  }

  /** What to do with a forgotten video. */
  enum Forgotten {
    REFUSE,
    ALLOW;

    @Override
    public String toString() {
      return this == REFUSE ? "refuse" : "allow";
    }
  }

  /** Starts the options of one ingest call with these values. */
  IngestOptions.Builder builder(String split, java.util.List<String> inputs) {
    return IngestOptions.builder(format, split, inputs)
        .axes(axes)
        .framesPerSegment(framesPerSegment)
        .skipBadVideos(onBadVideo == OnBadVideo.SKIP)
        .takeForgotten(forgotten == Forgotten.ALLOW)
        .videosCsv(videos)
        .featuresColumn(featuresColumn)
        .crops(crops)
        .dim(dim);
  }
}
