package org.c2fpl.score;

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
import org.c2fpl.method.evaluation.RankingTotals;
import org.c2fpl.method.evaluation.SlicedMetrics;
import org.c2fpl.method.evaluation.SlicedRanking;
import org.c2fpl.method.evaluation.VideoKind;

/**
 * Distributed ranking metrics of frames with one or more scorings. Frames are summed by score and
 * kind of video and the scores range-sorted; the driver collects the totals of each partition; then
 * each partition is counted with the totals of the partitions above it.
 *
 * <p>The driver holds, for each partition and scoring, two numbers per class and one partial of a
 * few kilobytes; a task holds one score group at a time.
 */
public final class FrameRanking {

  /** All frames of one score and kind of video under one scoring. */
  private record Group(String scoring, double score, VideoKind kind, RankingTotals totals)
      implements Serializable {}

  private FrameRanking() {}

  /**
   * @param scorings by name: {@code score} double, {@code positives} and {@code negatives} bigint,
   *     {@code anomalous_video} boolean, {@code class} string (null in normal videos), one row per
   *     segment
   * @return the metrics of each scoring; those of no frames if it has no rows
   * @throws DataException for a score that is NaN
   */
  public static Map<String, SlicedMetrics> rank(Map<String, Dataset<Row>> scorings) {
    // An RDD, because both passes must see the same partitions: each action plans a Dataset and
    // samples its range bounds again.
    JavaRDD<Group> descending = descending(scorings);
    Map<String, Map<VideoKind, RankingTotals>> all = new HashMap<>();
    List<Map<String, Map<VideoKind, RankingTotals>>> above = new ArrayList<>();
    for (HashMap<String, HashMap<VideoKind, RankingTotals>> partition :
        descending.mapPartitions(FrameRanking::totals).collect()) {
      Map<String, Map<VideoKind, RankingTotals>> before = new HashMap<>();
      all.forEach((scoring, totals) -> before.put(scoring, new HashMap<>(totals)));
      above.add(before);
      partition.forEach(
          (scoring, totals) ->
              totals.forEach(
                  (kind, more) ->
                      all.computeIfAbsent(scoring, any -> new HashMap<>())
                          .merge(kind, more, RankingTotals::plus)));
    }
    Map<String, SlicedRanking> whole = new TreeMap<>();
    for (String scoring : scorings.keySet()) {
      whole.put(scoring, ranking(scoring, Map.of(), all));
    }
    descending
        .mapPartitionsWithIndex(
            (index, groups) -> Stream.of(rankings(groups, above.get(index), all)).iterator(), true)
        .collect()
        .forEach(
            rankings -> rankings.forEach((scoring, ranking) -> whole.get(scoring).merge(ranking)));
    Map<String, SlicedMetrics> metrics = new TreeMap<>();
    whole.forEach((scoring, ranking) -> metrics.put(scoring, ranking.metrics()));
    return metrics;
  }

  private static JavaRDD<Group> descending(Map<String, Dataset<Row>> scorings) {
    return groups(scorings)
        .toJavaRDD()
        .map(
            row ->
                new Group(
                    row.getString(0),
                    row.getDouble(1),
                    row.getBoolean(2) ? new VideoKind(true, row.getString(3)) : VideoKind.NORMAL,
                    new RankingTotals(row.getLong(4), row.getLong(5))));
  }

  /**
   * The frames of each scoring summed by score and kind of video, in descending order of scores:
   * the last query of Spark SQL before the ranking.
   *
   * @param scorings as for {@link #rank}
   */
  public static Dataset<Row> groups(Map<String, Dataset<Row>> scorings) {
    return scorings.entrySet().stream()
        .map(
            scoring ->
                scoring
                    .getValue()
                    .select(
                        lit(scoring.getKey()).as("scoring"),
                        col("score"),
                        col("anomalous_video"),
                        col("class"),
                        col("positives"),
                        col("negatives")))
        .reduce(Dataset::unionByName)
        .orElseThrow()
        .groupBy("scoring", "score", "anomalous_video", "class")
        .agg(sum("positives"), sum("negatives"))
        // By score alone, because all kinds of one score belong in one partition.
        .repartitionByRange(col("scoring"), col("score").desc())
        .sortWithinPartitions(col("scoring"), col("score").desc());
  }

  private static Iterator<HashMap<String, HashMap<VideoKind, RankingTotals>>> totals(
      Iterator<Group> groups) {
    HashMap<String, HashMap<VideoKind, RankingTotals>> totals = new HashMap<>();
    groups.forEachRemaining(
        each -> {
          if (Double.isNaN(each.score())) {
            throw new DataException(
                "Cannot rank frames by "
                    + each.scoring()
                    + ": a value is NaN. Make the table that it comes from again.");
          }
          totals
              .computeIfAbsent(each.scoring(), any -> new HashMap<>())
              .merge(each.kind(), each.totals(), RankingTotals::plus);
        });
    return Stream.of(totals).iterator();
  }

  private static HashMap<String, SlicedRanking> rankings(
      Iterator<Group> groups,
      Map<String, Map<VideoKind, RankingTotals>> above,
      Map<String, Map<VideoKind, RankingTotals>> all) {
    HashMap<String, SlicedRanking> rankings = new HashMap<>();
    Group first = groups.hasNext() ? groups.next() : null;
    while (first != null) {
      Map<VideoKind, RankingTotals> kinds = new HashMap<>();
      Group next = first;
      while (next != null
          && next.score() == first.score()
          && next.scoring().equals(first.scoring())) {
        kinds.merge(next.kind(), next.totals(), RankingTotals::plus);
        next = groups.hasNext() ? groups.next() : null;
      }
      rankings
          .computeIfAbsent(first.scoring(), scoring -> ranking(scoring, above, all))
          .add(first.score(), kinds);
      first = next;
    }
    return rankings;
  }

  private static SlicedRanking ranking(
      String scoring,
      Map<String, Map<VideoKind, RankingTotals>> above,
      Map<String, Map<VideoKind, RankingTotals>> all) {
    return new SlicedRanking(
        above.getOrDefault(scoring, Map.of()), all.getOrDefault(scoring, Map.of()));
  }
}
