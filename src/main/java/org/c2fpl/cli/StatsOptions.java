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
              + " in stats, train and score alike. Features that are not I3D need it: otherwise"
              + " their norm is the norm of whichever dimensions are largest (default: no).")
  Boolean standardize;

  @Option(
      names = "--norm",
      description =
          "l2: a segment's norm is the mean over its crops of the l2 norm, as in the paper;"
              + " squared: of its square, as in the paper's published code. Default: l2.")
  NormKind norm;

  @Option(
      names = "--statistic",
      split = ",",
      description =
          "Also write segment_statistics, and label segments by this statistic of the standardised"
              + " features in place of the norm; several with commas between them make a vector"
              + " (default: the norm, without the table).")
  List<Statistic> statistics;

  @Option(
      names = "--fixed-segments",
      paramLabel = "M",
      description =
          "Compress every video to M segments by averaging, in stats, train and score alike, as"
              + " section 4.4 of the paper does with 32 (default: all segments are used).")
  Integer fixedSegments;

  /** What was given; refuses values that no stage takes. */
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
