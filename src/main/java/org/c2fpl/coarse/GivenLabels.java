package org.c2fpl.coarse;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;

import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Labels without clustering: known or random ones. Their anomalous videos have iteration 0.
 *
 * <p>Memory: sorts of one row per video, which spill to disk.
 */
final class GivenLabels {
  private static final String DRAW = "random labels";

  private GivenLabels() {}

  /** The known labels; every video has one. */
  static Labelling known(Dataset<Row> videos) {
    return labelling(videos.withColumn("label", col("known")), "as annotated");
  }

  /** Labels a random ⌊n/2⌋ of n videos anomalous. */
  static Labelling drawn(Dataset<Row> videos, long seed) {
    long half = videos.count() / 2;
    Column label = when(Draws.place(seed, DRAW).leq(half), 1).otherwise(0);
    return labelling(videos.withColumn("label", label), "drawn");
  }

  private static Labelling labelling(Dataset<Row> labelled, String how) {
    return new Labelling(
        labelled.withColumn("iteration", when(col("label").equalTo(1), lit(0))),
        how,
        null,
        details -> {},
        () -> {});
  }
}
