package org.c2fpl.coarse;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.row_number;
import static org.apache.spark.sql.functions.when;

import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.expressions.WindowSpec;
import org.apache.spark.storage.StorageLevel;
import org.c2fpl.errors.DataException;
import org.c2fpl.method.coarse.KnownCounts;
import org.c2fpl.method.coarse.KnownCut;
import org.c2fpl.method.coarse.OtsuCut;

/**
 * Labels the most surprising videos anomalous: the share η/(1 + η) with the highest x; or, with η
 * auto, those above Otsu's cut. Known labels are kept, and move the cut ({@link KnownCut}).
 *
 * <p>Memory: sorts of one row per video, which spill to disk, and 9 bytes per video in one task.
 */
final class RankedLabels {
  /** Placeholder for a number of videos that Otsu's cut has yet to determine. */
  private static final int OTSU = -1;

  private RankedLabels() {}

  /**
   * @param videos {@code video_id, norm_mean, norm_std, known}
   * @param surprises {@code video_id, x}
   * @param known the number of videos with a known label
   */
  static Labelling label(Dataset<Row> videos, Dataset<Row> surprises, KnownCounts known, Eta eta) {
    Dataset<Row> ranked =
        videos.join(surprises, "video_id", "left").persist(StorageLevel.MEMORY_AND_DISK());
    try {
      requireSurprises(ranked);
      long all = ranked.count();
      long unknown = all - known.total();
      long above = above(ranked, all, eta);
      Dataset<Row> labelled = labelled(ranked, above).persist(StorageLevel.MEMORY_AND_DISK());
      Double threshold = threshold(labelled);
      return new Labelling(
          labelled,
          String.format(Locale.ROOT, "by rank, %.1f %% above the cut", 100.0 * above / all),
          above == 0 && eta.isAuto() && unknown > 0 ? "no cut separates the ranked videos" : null,
          details -> {
            details.put("eta", above == all ? null : (Double) ((double) above / (all - above)));
            details.put("eta_from", from(eta, known));
            details.put("share_above_cut", (double) above / all);
            details.put("threshold", threshold);
            details.put("known_normal", known.normal());
            details.put("known_anomalous", known.anomalous());
          },
          () -> {
            labelled.unpersist(false);
            ranked.unpersist(false);
          });
    } catch (RuntimeException e) {
      ranked.unpersist(false);
      throw e;
    }
  }

  private static String from(Eta eta, KnownCounts known) {
    String assumed = eta.isAuto() ? "Otsu's cut of x" : "--eta";
    return known.total() == 0 ? assumed : assumed + " and known labels";
  }

  private static void requireSurprises(Dataset<Row> ranked) {
    List<Row> missing =
        ranked.filter(col("x").isNull()).select("video_id").orderBy("video_id").takeAsList(1);
    if (!missing.isEmpty()) {
      throw new DataException(
          "Cannot rank video "
              + missing.get(0).getString(0)
              + ": segment_statistics has no segment of it. Run 'c2fpl stats --statistic ...'"
              + " again.");
    }
  }

  /** The known labels; for the other videos 1 if x is among the highest. */
  private static Dataset<Row> labelled(Dataset<Row> ranked, long above) {
    WindowSpec order = Window.orderBy(col("x").desc(), col("video_id").asc());
    return ranked
        .withColumn("place", row_number().over(order))
        .withColumn(
            "label",
            when(col("known").isNotNull(), col("known"))
                .otherwise(when(col("place").leq(above), 1).otherwise(0)))
        .withColumn(
            "iteration",
            when(col("label").equalTo(1), when(col("known").isNotNull(), lit(0)).otherwise(1)));
  }

  /** The least x of a video labelled anomalous by rank; null if there is none. */
  private static Double threshold(Dataset<Row> labelled) {
    Row least =
        labelled
            .filter(col("label").equalTo(1).and(col("known").isNull()))
            .selectExpr("min(x)")
            .first();
    return least.isNullAt(0) ? null : least.getDouble(0);
  }

  private static long above(Dataset<Row> ranked, long videos, Eta eta) {
    int size = Math.toIntExact(videos);
    int assumed =
        eta.isAuto() ? OTSU : (int) Draws.rounded(eta.value() / (1 + eta.value()), videos);
    MapPartitionsFunction<Row, Integer> cut =
        rows -> List.of(above(rows, size, assumed)).iterator();
    return ranked
        .select("x", "known")
        .repartition(1)
        .sortWithinPartitions("x")
        .mapPartitions(cut, Encoders.INT())
        .first();
  }

  /**
   * The number of rows {@code x, known} of a partition above the cut.
   *
   * @param assumed the assumed number of them, or {@link #OTSU}
   */
  private static int above(Iterator<Row> rows, int size, int assumed) {
    double[] ascending = new double[size];
    byte[] known = new byte[size];
    for (int n = 0; rows.hasNext(); n++) {
      Row row = rows.next();
      ascending[n] = row.getDouble(0);
      known[n] = row.isNullAt(1) ? KnownCut.UNKNOWN : (byte) row.getInt(1);
    }
    return KnownCut.above(ascending, known, assumed == OTSU ? OtsuCut.above(ascending) : assumed);
  }
}
