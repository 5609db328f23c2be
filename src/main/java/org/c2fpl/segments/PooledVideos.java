package org.c2fpl.segments;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.c2fpl.errors.DataException;
import org.c2fpl.method.statistics.FixedSegments;

/**
 * Turns rows {@code video_id, segment_index, features, segments}, sorted by the first two, into
 * rows of {@code pooled_segments}. Holds the sums of one bin, and the bins that end with the
 * segment just read (in a video shorter than the number of bins).
 */
final class PooledVideos implements Iterator<Row> {
  private final Iterator<Row> rows;
  private final FixedSegments fixed;
  private final double[] sums;
  private final ArrayDeque<Row> ready = new ArrayDeque<>();

  private String video;
  private int expected;
  private int bin;

  /**
   * @param values floats of a segment
   */
  PooledVideos(Iterator<Row> rows, FixedSegments fixed, int values) {
    this.rows = rows;
    this.fixed = fixed;
    this.sums = new double[values];
  }

  @Override
  public boolean hasNext() {
    while (ready.isEmpty() && rows.hasNext()) {
      add(rows.next());
    }
    return !ready.isEmpty();
  }

  @Override
  public Row next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    return ready.remove();
  }

  private void add(Row row) {
    String id = row.getString(0);
    int segment = row.getInt(1);
    byte[] features = row.getAs(2);
    int segments = row.getInt(3);
    if (!id.equals(video)) {
      video = id;
      expected = 0;
      bin = 0;
    }
    if (segment != expected) {
      throw new DataException(
          "Cannot pool video "
              + id
              + ": its segment "
              + expected
              + " is missing or occurs twice (found segment_index "
              + segment
              + "). Ingest its batch again.");
    }
    expected++;
    while (bin < fixed.bins() && fixed.first(bin, segments) <= segment) {
      ByteBuffer values = ByteBuffer.wrap(features).order(ByteOrder.LITTLE_ENDIAN);
      for (int i = 0; i < sums.length; i++) {
        sums[i] += values.getFloat();
      }
      if (fixed.pooledEnd(bin, segments) > segment + 1) {
        return;
      }
      ready.add(pooled(segments));
      Arrays.fill(sums, 0);
      bin++;
    }
  }

  private Row pooled(int segments) {
    int first = fixed.first(bin, segments);
    int count = fixed.pooledEnd(bin, segments) - first;
    ByteBuffer mean = ByteBuffer.allocate(sums.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (double sum : sums) {
      mean.putFloat((float) (sum / count));
    }
    return RowFactory.create(video, bin, mean.array(), first, fixed.end(bin, segments));
  }
}
