package org.c2fpl.stats;

import static org.apache.spark.sql.functions.avg;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.stddev_samp;

import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.Row;
import org.c2fpl.errors.DataException;
import org.c2fpl.method.statistics.NormSpread;
import org.c2fpl.stage.Doubts;
import org.c2fpl.stage.StageContext;
import org.c2fpl.workspace.Leaf;
import org.c2fpl.workspace.Workspace;

/** Checks in one pass whether the norms of the training segments vary enough to label by them. */
public final class NormCheck {
  private NormCheck() {}

  /**
   * Checks that labels can be made from these norms.
   *
   * @param norms at least one
   * @param what is labelled
   * @param doubts receive a warning if the norms are close to each other
   * @param told earlier warnings, which are not repeated
   * @throws DataException if the norms differ by no more than rounding
   */
  public static void check(
      StageContext context, List<Leaf> norms, String what, Doubts doubts, List<String> told) {
    Workspace workspace = context.workspace();
    Row row =
        workspace
            .read(context.spark(), norms)
            .agg(avg(col("norm")), stddev_samp(col("norm")))
            .first();
    if (row.isNullAt(1)) {
      return;
    }
    NormSpread spread = new NormSpread(row.getDouble(0), row.getDouble(1));
    boolean standardized =
        Boolean.TRUE.equals(workspace.require(norms.get(0), "").parameters().get("standardize"));
    String help = (standardized ? "" : "--standardize or ") + "--preset robust";
    String found =
        String.format(
            Locale.ROOT,
            "mean %.4g, deviation %.2g, which is %.2g of the mean",
            spread.mean(),
            spread.deviation(),
            spread.relative());
    if (spread.isRounding()) {
      throw new DataException(
          "Cannot label "
              + what
              + " by norms: the norms of the training segments differ by no more than rounding ("
              + found
              + "), like those of features scaled to one length. Use "
              + help
              + ".");
    }
    if (spread.isSmall()) {
      String doubt =
          "the norms of the training segments are close to each other ("
              + found
              + "): labels by norms may be noise. Features scaled to one length need "
              + help;
      if (!told.contains(doubt)) {
        doubts.add(doubt);
      }
    }
  }
}
