package org.c2fpl.coarse;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.c2fpl.errors.DataException;
import org.c2fpl.method.coarse.KnownCounts;

/**
 * Adds the known labels to videos: the column {@code known}, 0 or 1, null for unknown.
 *
 * <p>A share of the labels is drawn by a seeded order of the video ids, so that a larger share
 * contains a smaller one.
 */
final class KnownLabels {
  private static final String DRAW = "known labels";
  private static final int NAMED = 10;

  private KnownLabels() {}

  /** No label is known. */
  static Dataset<Row> none(Dataset<Row> videos) {
    return videos.withColumn("known", lit(null).cast("int"));
  }

  /**
   * Every label is known.
   *
   * @param annotations the split's rows of {@code annotations}
   * @throws DataException if a video has no label; the first ten are named
   */
  static Dataset<Row> all(Dataset<Row> videos, Dataset<Row> annotations) {
    Dataset<Row> known = joined(videos, labels(annotations));
    Dataset<Row> missing = known.filter(col("known").isNull());
    List<Row> first = missing.select("video_id").orderBy("video_id").limit(NAMED).collectAsList();
    if (!first.isEmpty()) {
      long all = missing.count();
      throw new DataException(
          "Cannot label videos by annotations: "
              + all
              + (all == 1 ? " video has" : " videos have")
              + " no label: "
              + String.join(", ", first.stream().map(row -> row.getString(0)).toList())
              + (all > NAMED ? ", …" : "")
              + ". Annotate them, or use --supervision partial.");
    }
    return known;
  }

  /**
   * Keeps a share of the known labels.
   *
   * @param annotations the split's rows of {@code annotations}
   * @param share 0 to 1; ⌊share · n + ½⌋ of n labels are kept
   */
  static Dataset<Row> some(Dataset<Row> videos, Dataset<Row> annotations, double share, long seed) {
    Dataset<Row> labels =
        labels(annotations).join(videos.select("video_id"), "video_id", "left_semi");
    long kept = Draws.rounded(share, labels.count());
    return joined(
        videos,
        labels
            .withColumn("place", Draws.place(seed, DRAW))
            .filter(col("place").leq(kept))
            .drop("place"));
  }

  /** The number of videos with a known label. */
  static KnownCounts counts(Dataset<Row> videos) {
    Row row =
        videos
            .agg(
                functions.count(col("known")),
                functions.coalesce(functions.sum("known"), lit(0)).cast("long"))
            .first();
    return new KnownCounts(row.getLong(0) - row.getLong(1), row.getLong(1));
  }

  private static Dataset<Row> labels(Dataset<Row> annotations) {
    return annotations
        .filter(col("label").isNotNull())
        .select(col("video_id"), col("label").as("known"));
  }

  private static Dataset<Row> joined(Dataset<Row> videos, Dataset<Row> labels) {
    return videos.join(labels, "video_id", "left");
  }
}
