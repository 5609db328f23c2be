package org.c2fpl.cli;

import org.c2fpl.annotate.AnnotateStage;
import org.c2fpl.annotate.AnnotateStage.UnknownVideos;
import org.c2fpl.annotate.AnnotateStage.Unlisted;
import org.c2fpl.formats.annotations.AnnotationFormat;
import picocli.CommandLine.Option;

/** Options that say how ground truth is read, for {@code annotate} and {@code run}. */
final class AnnotationOptions {
  @Option(
      names = "--order",
      paramLabel = "FILE",
      description =
          "npy: text file with one video_id[,frames] per line, in the order of the mask array.")
  String order;

  @Option(
      names = "--unknown-videos",
      defaultValue = "fail",
      description =
          "What to do with annotations of videos that were not ingested (default:"
              + " ${DEFAULT-VALUE}).")
  UnknownVideos unknownVideos;

  @Option(
      names = "--unlisted",
      description =
          "xd-violence: label of an ingested video that the file does not list (default: normal).")
  Unlisted unlisted;

  AnnotateStage.Options options(AnnotationFormat format, String input, String split) {
    return new AnnotateStage.Options(format, input, order, split, unknownVideos, unlisted);
  }
}
