package org.c2fpl.evaluate;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.c2fpl.method.evaluation.RankingMetrics;
import org.c2fpl.method.evaluation.ScoreGroup;
import org.c2fpl.method.exact.ExactSum;

/**
 * Computes one row per video from scored segments, which come video by video in descending order of
 * score. Holds the segments of one video.
 */
final class VideoMetrics implements Iterator<Row> {
  /** {@code auc} is null if all frames of a video are of one kind. */
  static final StructType SCHEMA =
      new StructType()
          .add("video_id", DataTypes.StringType, false)
          .add("segments", DataTypes.IntegerType, false)
          .add("frames", DataTypes.LongType, false)
          .add("positives", DataTypes.LongType, false)
          .add("max_score", DataTypes.DoubleType, false)
          .add("mean_score", DataTypes.DoubleType, false)
          .add("auc", DataTypes.DoubleType);

  private final Iterator<Row> segments;
  private Row next;

  private VideoMetrics(Iterator<Row> segments) {
    this.segments = segments;
    advance();
  }

  /**
   * @param segments {@code video_id}, {@code segment_index}, {@code score}, {@code positives},
   *     {@code negatives}
   */
  static Iterator<Row> of(Iterator<Row> segments) {
    return new VideoMetrics(segments);
  }

  @Override
  public boolean hasNext() {
    return next != null;
  }

  @Override
  public Row next() {
    if (next == null) {
      throw new NoSuchElementException();
    }
    String video = next.getString(0);
    List<ScoreGroup> groups = new ArrayList<>();
    ExactSum sum = new ExactSum();
    int count = 0;
    while (next != null && next.getString(0).equals(video)) {
      sum.add(next.getDouble(2));
      count++;
      add(groups, new ScoreGroup(next.getDouble(2), next.getLong(3), next.getLong(4)));
      advance();
    }
    RankingMetrics metrics = RankingMetrics.of(groups);
    return RowFactory.create(
        video,
        count,
        metrics.totals().frames(),
        metrics.totals().positives(),
        groups.get(0).score(),
        sum.value() / count,
        metrics.auc());
  }

  private static void add(List<ScoreGroup> groups, ScoreGroup group) {
    int last = groups.size() - 1;
    if (last >= 0 && groups.get(last).score() == group.score()) {
      ScoreGroup same = groups.get(last);
      groups.set(
          last,
          new ScoreGroup(
              group.score(),
              same.positives() + group.positives(),
              same.negatives() + group.negatives()));
    } else {
      groups.add(group);
    }
  }

  private void advance() {
    next = segments.hasNext() ? segments.next() : null;
  }
}
