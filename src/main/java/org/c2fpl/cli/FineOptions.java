package org.c2fpl.cli;

import org.c2fpl.fine.FineStage;
import org.c2fpl.fine.LabelRule;
import org.c2fpl.method.fine.PValue;
import org.c2fpl.method.fine.SegmentLabels;
import org.c2fpl.method.fine.WindowRule;
import picocli.CommandLine.Option;

/** Options of the fine pseudo-labels. */
final class FineOptions {
  @Option(
      names = "--p-value",
      defaultValue = "density",
      description =
          "density: Eq. 5. two-sided: tail of the squared distance from the null model. one-sided:"
              + " upper tail of the null model. empirical: upper tail of the training segments,"
              + " which needs 'stats --statistic' (default: ${DEFAULT-VALUE}).")
  PValue pValue;

  @Option(
      names = "--segment-labels",
      defaultValue = "window",
      description =
          "Which segments are anomalous. window: those in the window of an anomalous video."
              + " threshold: those with a p-value below --alpha. video: all of an anomalous video."
              + " random: as many as window, drawn at random by the seed. soft: targets between 0"
              + " and 1, half from the window and half from the rank of the statistic among all"
              + " segments; soft-rank: from the rank alone (default: ${DEFAULT-VALUE}).")
  SegmentLabels segmentLabels;

  @Option(
      names = "--window",
      defaultValue = "lowest-p",
      description =
          "Window of an anomalous video. lowest-p: as in the paper. most-surprising: the greatest"
              + " mean of -log p. greatest-change: as in the published code (default:"
              + " ${DEFAULT-VALUE}).")
  WindowRule window;

  @Option(
      names = "--alpha",
      defaultValue = "0.05",
      description = "Bound of --segment-labels threshold, 0 < α < 1 (default: ${DEFAULT-VALUE}).")
  double alpha;

  /**
   * @param beta the window's share of a video
   */
  FineStage.Options options(double beta, String trainSplit) {
    return new FineStage.Options(
        new LabelRule(segmentLabels, window, pValue, beta, alpha), trainSplit);
  }
}
