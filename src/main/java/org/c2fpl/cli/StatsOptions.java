package org.c2fpl.cli;

import java.util.List;
import java.util.Set;
import org.c2fpl.errors.Bounds;
import org.c2fpl.errors.UsageException;
import org.c2fpl.method.statistics.FixedSegments;
import org.c2fpl.method.statistics.NormKind;
import org.c2fpl.stats.Statistic;
import org.c2fpl.stats.StatisticColumns;
import org.c2fpl.stats.StatsChoice;
import picocli.CommandLine.Option;

/** Options of norms and statistics. */
final class StatsOptions {
  @Option(
      names = "--standardize",
      negatable = true,
      fallbackValue = "true",
      description =
          "Standardise every feature dimension by its mean and deviation over the training split,"
              + " in stats, train and score alike. Features other than I3D need it: otherwise the"
              + " largest dimensions dominate their norm (default: no).")
  Boolean standardize;

  @Option(
      names = "--norm",
      description =
          "l2: a segment's norm is the mean l2 norm of its crops, as in the paper;"
              + " squared: the mean of the squares, as in the paper's published code. Default: l2.")
  NormKind norm;

  @Option(
      names = "--statistic",
      split = ",",
      description =
          "Also write segment_statistics, and label segments by this statistic of the standardised"
              + " features instead of the norm; several, separated by commas, make a vector"
              + " (default: the norm, without the table).")
  List<Statistic> statistics;

  @Option(
      names = "--fixed-segments",
      paramLabel = "M",
      description =
          "Compress every video to M segments by averaging, in stats, train and score alike, as"
              + " section 4.4 of the paper does with 32 (default: all segments are used).")
  Integer fixedSegments;

  /** The options as given; refuses values that no stage accepts. */
  StatsChoice choice() {
    if (fixedSegments != null) {
      Bounds.require(
          "--fixed-segments",
          fixedSegments,
          "[1, ∞)",
          "The paper's number is " + FixedSegments.USUAL + ".");
    }
    if (statistics != null && Set.copyOf(statistics).size() < statistics.size()) {
      throw new UsageException(
          "Cannot use --statistic "
              + StatisticColumns.named(statistics)
              + ": a statistic is named twice. Name each once.");
    }
    return new StatsChoice(standardize, norm, statistics, fixedSegments);
  }
}
