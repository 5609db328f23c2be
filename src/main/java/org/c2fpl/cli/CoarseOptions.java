package org.c2fpl.cli;

import org.c2fpl.coarse.Clustering;
import org.c2fpl.coarse.CoarseMethod;
import org.c2fpl.coarse.CoarseStage;
import org.c2fpl.coarse.Eta;
import org.c2fpl.coarse.Supervision;
import org.c2fpl.errors.UsageException;
import picocli.CommandLine.Option;

/** Options of the coarse pseudo-labels. */
final class CoarseOptions {
  @Option(
      names = "--clustering",
      defaultValue = "divisive",
      description =
          "divisive: split videos in two repeatedly, as in the paper's Alg. 1; published-code: as"
              + " the paper's published code does, intended for --norm squared; ranked: the videos"
              + " with the most surprising windows, which needs 'stats --statistic'. Default:"
              + " ${DEFAULT-VALUE}.")
  Clustering clustering;

  @Option(
      names = "--eta",
      defaultValue = "1.0",
      paramLabel = "RATIO|auto",
      description =
          "Stop when anomalous / normal videos exceed this ratio η, > 0; auto, with --clustering"
              + " ranked: cut the ranking where it separates best (default: ${DEFAULT-VALUE}).")
  String eta;

  @Option(
      names = "--supervision",
      defaultValue = "unsupervised",
      description =
          "unsupervised: no label is known; weak: every training video's label is taken from"
              + " annotations; partial: the labels known there guide the others; random: half"
              + " of the videos, drawn at random. Default: ${DEFAULT-VALUE}.")
  Supervision supervision;

  @Option(
      names = "--known-share",
      paramLabel = "SHARE",
      description =
          "With --supervision partial: use only this share of the known labels, drawn by the seed;"
              + " a larger share contains a smaller one (default: 1).")
  Double knownShare;

  /**
   * @param beta the window's share of a video
   */
  CoarseStage.Options options(double beta, String trainSplit) {
    if (knownShare != null && supervision != Supervision.PARTIAL) {
      throw new UsageException(
          "Cannot use --known-share with --supervision "
              + supervision
              + ": it belongs to --supervision partial. Drop one of them.");
    }
    CoarseMethod method =
        new CoarseMethod(
            clustering, Eta.parse(eta), supervision, knownShare == null ? 1 : knownShare, beta);
    return new CoarseStage.Options(method, trainSplit);
  }
}
