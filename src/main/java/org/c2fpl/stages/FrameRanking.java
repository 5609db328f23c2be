package org.c2fpl.stages;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.sum;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.c2fpl.errors.DataException;
import org.c2fpl.method.evaluation.RankingMetrics;
import org.c2fpl.method.evaluation.RankingPartial;
import org.c2fpl.method.evaluation.RankingTotals;
import org.c2fpl.method.evaluation.ScoreGroup;

/**
 * The ranking metrics of scored frames, distributed: frames are summed by score, the scores
 * range-sorted, each partition's totals brought to the driver, and each partition then counted with
 * the totals of those above it.
 *
 * <p>The driver holds two numbers and one partial (some kilobytes) a partition and at most 2,000
 * curve points; a task holds one score group at a time.
 */
final class FrameRanking {
  private FrameRanking() {}

  /**
   * @param frames {@code score} double, {@code positives} and {@code negatives} bigint: a row a
   *     segment
   * @param what the scores in words, for messages
   * @throws DataException for a score that is NaN
   */
  static RankingMetrics rank(Dataset<Row> frames, String what) {
    // An RDD, because both passes must see the same partitions: a Dataset is planned, and its range
    // bounds are sampled, anew for each action.
    JavaRDD<ScoreGroup> descending =
        frames
            .groupBy("score")
            .agg(sum("positives"), sum("negatives"))
            .orderBy(col("score").desc())
            .toJavaRDD()
            .map(row -> new ScoreGroup(row.getDouble(0), row.getLong(1), row.getLong(2)));
    List<RankingTotals> totals = descending.mapPartitions(FrameRanking::totals).collect();
    if (totals.contains(null)) {
      throw new DataException(
          "Cannot evaluate " + what + ": a score is NaN. Make the scores anew.");
    }
    List<RankingTotals> above = new ArrayList<>();
    RankingTotals sum = RankingTotals.NONE;
    for (RankingTotals partition : totals) {
      above.add(sum);
      sum = sum.plus(partition);
    }
    RankingTotals all = sum;
    RankingPartial whole = new RankingPartial(RankingTotals.NONE, all);
    descending
        .mapPartitionsWithIndex(
            (index, groups) -> {
              RankingPartial partial = new RankingPartial(above.get(index), all);
              groups.forEachRemaining(partial::add);
              return Stream.of(partial).iterator();
            },
            true)
        .collect()
        .forEach(whole::merge);
    return whole.metrics();
  }

  /** One element, null where a score is NaN. */
  private static Iterator<RankingTotals> totals(Iterator<ScoreGroup> groups) {
    RankingTotals totals = RankingTotals.NONE;
    while (groups.hasNext()) {
      ScoreGroup group = groups.next();
      if (Double.isNaN(group.score())) {
        return Stream.of((RankingTotals) null).iterator();
      }
      totals = totals.plus(group);
    }
    return Stream.of(totals).iterator();
  }
}
