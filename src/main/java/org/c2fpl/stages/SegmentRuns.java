package org.c2fpl.stages;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.col;

import java.util.Arrays;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.unsafe.types.UTF8String;

/**
 * Segments as {@link SegmentRun}s. Tables hold a video's segments in order, so a run is long, and
 * what is shuffled and sorted by video are some thousand runs in place of their segments.
 *
 * <p>Memory: one run.
 */
public final class SegmentRuns {
  /** A run of 64 KB is long enough to cost nothing, and short enough for any buffer. */
  private static final int MOST_NUMBERS = 8192;

  private SegmentRuns() {}

  /**
   * The segments of rows, in runs as long as the order of the rows allows.
   *
   * @param segments {@code video_id, segment_index} and columns that the numbers come from
   * @param numbers one a segment, never null
   */
  public static Dataset<SegmentRun> of(Dataset<Row> segments, Column numbers) {
    return ofArrays(segments, array(numbers));
  }

  /**
   * The same with several numbers a segment.
   *
   * @param numbers an array of double of one length in all rows, never null
   */
  public static Dataset<SegmentRun> ofArrays(Dataset<Row> segments, Column numbers) {
    Dataset<Row> columns =
        segments.select(col("video_id"), col("segment_index"), numbers.as("numbers"));
    return segments
        .sparkSession()
        .createDataset(
            columns.queryExecution().toRdd().toJavaRDD().mapPartitions(Joined::new).rdd(),
            Encoders.bean(SegmentRun.class));
  }

  /** Whole videos in a partition, their runs in order: what {@link VideoRuns} needs. */
  public static <T> Dataset<T> byVideo(Dataset<T> runs) {
    return runs.repartition(col("videoId")).sortWithinPartitions("videoId", "first");
  }

  /** Reads Spark's own rows, since a segment is too little to make an object for. */
  private static final class Joined implements Iterator<SegmentRun> {
    private final Iterator<InternalRow> segments;
    private final double[] numbers = new double[MOST_NUMBERS];
    private InternalRow pending;

    Joined(Iterator<InternalRow> segments) {
      this.segments = segments;
      advance();
    }

    @Override
    public boolean hasNext() {
      return pending != null;
    }

    @Override
    public SegmentRun next() {
      if (pending == null) {
        throw new NoSuchElementException();
      }
      // The row's memory is used again for the next one.
      UTF8String video = pending.getUTF8String(0).clone();
      int first = pending.getInt(1);
      int width = pending.getArray(2).numElements();
      int filled = 0;
      int index = first;
      do {
        ArrayData ofSegment = pending.getArray(2);
        for (int i = 0; i < width; i++) {
          numbers[filled++] = ofSegment.getDouble(i);
        }
        index++;
        advance();
      } while (pending != null
          && filled + width <= MOST_NUMBERS
          && pending.getInt(1) == index
          && pending.getUTF8String(0).equals(video));
      SegmentRun run = new SegmentRun();
      run.setVideoId(video.toString());
      run.setFirst(first);
      run.setNumbers(Arrays.copyOf(numbers, filled));
      return run;
    }

    private void advance() {
      pending = segments.hasNext() ? segments.next() : null;
    }
  }
}
