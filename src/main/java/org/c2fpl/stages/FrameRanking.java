package org.c2fpl.stages;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sum;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
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
 * The ranking metrics of frames that were scored in one or more ways, distributed: frames are
 * summed by score, the scores range-sorted, each partition's totals brought to the driver, and each
 * partition then counted with the totals of those above it.
 *
 * <p>The driver holds, a partition and scoring, two numbers and one partial of a few kilobytes; a
 * task holds one score group at a time.
 */
final class FrameRanking {

  /** All frames of one score under one scoring. */
  private record NamedGroup(String scoring, ScoreGroup group) implements Serializable {}

  private FrameRanking() {}

  /**
   * @param scorings by name: {@code score} double, {@code positives} and {@code negatives} bigint,
   *     a row a segment
   * @return the metrics of each scoring; of no frames where it has no rows
   * @throws DataException for a score that is NaN
   */
  static Map<String, RankingMetrics> rank(Map<String, Dataset<Row>> scorings) {
    Dataset<Row> frames =
        scorings.entrySet().stream()
            .map(
                scoring ->
                    scoring
                        .getValue()
                        .select(
                            lit(scoring.getKey()).as("scoring"),
                            col("score"),
                            col("positives"),
                            col("negatives")))
            .reduce(Dataset::unionByName)
            .orElseThrow();
    // An RDD, because both passes must see the same partitions: a Dataset is planned, and its range
    // bounds are sampled, anew for each action.
    JavaRDD<NamedGroup> descending =
        frames
            .groupBy("scoring", "score")
            .agg(sum("positives"), sum("negatives"))
            .orderBy(col("scoring"), col("score").desc())
            .toJavaRDD()
            .map(
                row ->
                    new NamedGroup(
                        row.getString(0),
                        new ScoreGroup(row.getDouble(1), row.getLong(2), row.getLong(3))));
    Map<String, RankingTotals> all = new HashMap<>();
    List<Map<String, RankingTotals>> above = new ArrayList<>();
    for (Map<String, RankingTotals> partition :
        descending.mapPartitions(FrameRanking::totals).collect()) {
      above.add(new HashMap<>(all));
      partition.forEach((scoring, totals) -> all.merge(scoring, totals, RankingTotals::plus));
    }
    Map<String, RankingPartial> whole = new TreeMap<>();
    for (String scoring : scorings.keySet()) {
      whole.put(scoring, partial(scoring, Map.of(), all));
    }
    descending
        .mapPartitionsWithIndex(
            (index, groups) -> Stream.of(partials(groups, above.get(index), all)).iterator(), true)
        .collect()
        .forEach(
            partials -> partials.forEach((scoring, partial) -> whole.get(scoring).merge(partial)));
    Map<String, RankingMetrics> metrics = new TreeMap<>();
    whole.forEach((scoring, partial) -> metrics.put(scoring, partial.metrics()));
    return metrics;
  }

  private static Iterator<Map<String, RankingTotals>> totals(Iterator<NamedGroup> groups) {
    Map<String, RankingTotals> totals = new HashMap<>();
    groups.forEachRemaining(
        each -> {
          if (Double.isNaN(each.group().score())) {
            throw new DataException(
                "Cannot rank frames by "
                    + each.scoring()
                    + ": a value is NaN. Make the table it comes from anew.");
          }
          totals.merge(each.scoring(), RankingTotals.NONE.plus(each.group()), RankingTotals::plus);
        });
    return Stream.of(totals).iterator();
  }

  private static HashMap<String, RankingPartial> partials(
      Iterator<NamedGroup> groups,
      Map<String, RankingTotals> above,
      Map<String, RankingTotals> all) {
    HashMap<String, RankingPartial> partials = new HashMap<>();
    groups.forEachRemaining(
        each ->
            partials
                .computeIfAbsent(each.scoring(), scoring -> partial(scoring, above, all))
                .add(each.group()));
    return partials;
  }

  private static RankingPartial partial(
      String scoring, Map<String, RankingTotals> above, Map<String, RankingTotals> all) {
    return new RankingPartial(
        above.getOrDefault(scoring, RankingTotals.NONE),
        all.getOrDefault(scoring, RankingTotals.NONE));
  }
}
