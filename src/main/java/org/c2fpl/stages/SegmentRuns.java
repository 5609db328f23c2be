package org.c2fpl.stages;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.col;

import java.io.Serializable;
import java.util.Arrays;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;

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
    MapPartitionsFunction<Segment, SegmentRun> join = Joined::new;
    return segments
        .select(
            col("video_id").as("videoId"),
            col("segment_index").as("segmentIndex"),
            numbers.as("numbers"))
        .as(Encoders.bean(Segment.class))
        .mapPartitions(join, Encoders.bean(SegmentRun.class));
  }

  /** Whole videos in a partition, their runs in order: what {@link VideoRuns} needs. */
  public static <T> Dataset<T> byVideo(Dataset<T> runs) {
    return runs.repartition(col("videoId")).sortWithinPartitions("videoId", "first");
  }

  /** One row of a table. */
  public static final class Segment implements Serializable {
    private static final long serialVersionUID = 1L;

    private String videoId;
    private int segmentIndex;
    private double[] numbers;

    public String getVideoId() {
      return videoId;
    }

    public void setVideoId(String videoId) {
      this.videoId = videoId;
    }

    public int getSegmentIndex() {
      return segmentIndex;
    }

    public void setSegmentIndex(int segmentIndex) {
      this.segmentIndex = segmentIndex;
    }

    public double[] getNumbers() {
      return numbers;
    }

    public void setNumbers(double[] numbers) {
      this.numbers = numbers;
    }
  }

  private static final class Joined implements Iterator<SegmentRun> {
    private final Iterator<Segment> segments;
    private final double[] numbers = new double[MOST_NUMBERS];
    private Segment pending;

    Joined(Iterator<Segment> segments) {
      this.segments = segments;
      this.pending = segments.hasNext() ? segments.next() : null;
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
      SegmentRun run = new SegmentRun();
      run.setVideoId(pending.getVideoId());
      run.setFirst(pending.getSegmentIndex());
      int width = pending.getNumbers().length;
      int filled = 0;
      int index = pending.getSegmentIndex();
      do {
        System.arraycopy(pending.getNumbers(), 0, numbers, filled, width);
        filled += width;
        index++;
        pending = segments.hasNext() ? segments.next() : null;
      } while (pending != null
          && filled + width <= MOST_NUMBERS
          && pending.getSegmentIndex() == index
          && pending.getVideoId().equals(run.getVideoId()));
      run.setNumbers(Arrays.copyOf(numbers, filled));
      return run;
    }
  }
}
