package org.c2fpl.stages.coarse;

import static org.apache.spark.sql.functions.col;

import java.util.Arrays;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.c2fpl.errors.DataException;
import org.c2fpl.method.GreatestMeanWindow;
import org.c2fpl.method.LowestDensityWindow;

/**
 * How surprising a video is: x, the greatest mean of its segments' surprises over its windows of ⌈β
 * m⌉ segments.
 *
 * <p>Memory: the surprises of one video, about 24 bytes a segment.
 */
final class VideoSurprises implements Iterator<Row> {
  private static final StructType SCHEMA =
      new StructType()
          .add("video_id", DataTypes.StringType, false)
          .add("x", DataTypes.DoubleType, false);

  private final Iterator<Row> rows;
  private final double beta;

  /** The first row of the next video; null at the end of the partition. */
  private Row pending;

  private double[] surprises = new double[256];

  private VideoSurprises(Iterator<Row> rows, double beta) {
    this.rows = rows;
    this.beta = beta;
    this.pending = rows.hasNext() ? rows.next() : null;
  }

  /** {@code video_id, x} of rows of {@code segment_statistics}. */
  static Dataset<Row> of(Dataset<Row> segmentStatistics, double beta) {
    MapPartitionsFunction<Row, Row> perVideo = rows -> new VideoSurprises(rows, beta);
    return segmentStatistics
        .select("video_id", "segment_index", "surprise")
        .repartition(col("video_id"))
        .sortWithinPartitions("video_id", "segment_index")
        .mapPartitions(perVideo, Encoders.row(SCHEMA));
  }

  @Override
  public boolean hasNext() {
    return pending != null;
  }

  @Override
  public Row next() {
    if (pending == null) {
      throw new NoSuchElementException();
    }
    String video = pending.getString(0);
    int length = 0;
    while (pending != null && pending.getString(0).equals(video)) {
      check(pending, length);
      if (length == surprises.length) {
        surprises = Arrays.copyOf(surprises, 2 * length);
      }
      surprises[length++] = pending.getDouble(2);
      pending = rows.hasNext() ? rows.next() : null;
    }
    int width = LowestDensityWindow.width(length, beta);
    return RowFactory.create(video, GreatestMeanWindow.mean(surprises, 0, length, width));
  }

  private static void check(Row row, int expectedIndex) {
    if (row.getInt(1) != expectedIndex) {
      throw new DataException(
          "Cannot rank video "
              + row.getString(0)
              + ": its segment "
              + expectedIndex
              + " is missing or there twice (found segment_index "
              + row.getInt(1)
              + "). Run 'c2fpl stats' again with --write-mode overwrite.");
    }
    if (!Double.isFinite(row.getDouble(2))) {
      throw new DataException(
          "Cannot rank video "
              + row.getString(0)
              + ": the surprise of its segment "
              + expectedIndex
              + " is "
              + row.getDouble(2)
              + ". Ingest its footage again, features must be finite.");
    }
  }
}
