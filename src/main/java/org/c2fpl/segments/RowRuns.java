package org.c2fpl.segments;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.col;

import java.util.Iterator;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.unsafe.types.UTF8String;

/**
 * Segments as {@link SegmentRun}s. Tables hold a video's segments in order, so runs are long, and
 * Spark shuffles and sorts some thousand runs by video instead of all segments.
 *
 * <p>Memory: one run.
 */
public final class RowRuns {
  private RowRuns() {}

  /**
   * The segments of rows, in runs as long as the order of the rows allows.
   *
   * @param segments {@code video_id, segment_index} and the columns of the numbers
   * @param numbers one per segment, never null
   */
  public static Dataset<SegmentRun> of(Dataset<Row> segments, Column numbers) {
    return ofArrays(segments, array(numbers));
  }

  /**
   * The segments of rows, with several numbers per segment.
   *
   * @param numbers an array of double of one length in all rows, never null
   */
  public static Dataset<SegmentRun> ofArrays(Dataset<Row> segments, Column numbers) {
    return segments
        .sparkSession()
        .createDataset(
            columns(segments, numbers)
                .queryExecution()
                .toRdd()
                .toJavaRDD()
                .mapPartitions(RunsOfRows::new)
                .rdd(),
            Encoders.bean(SegmentRun.class));
  }

  /** The rows of the runs: the last query of Spark SQL before them. */
  public static Dataset<Row> columns(Dataset<Row> segments, Column numbers) {
    return segments.select(col("video_id"), col("segment_index"), numbers.as("numbers"));
  }

  /** Whole videos in a partition, their runs in order, for {@link VideoRuns}. */
  public static <T> Dataset<T> byVideo(Dataset<T> runs) {
    return runs.repartition(col("videoId")).sortWithinPartitions("videoId", "first");
  }

  /** Reads Spark's internal rows, to avoid an object per segment. */
  private static final class RunsOfRows extends JoinedRuns<UTF8String> {
    private final Iterator<InternalRow> segments;
    private InternalRow row;

    RunsOfRows(Iterator<InternalRow> segments) {
      this.segments = segments;
    }

    @Override
    boolean advance() {
      boolean more = segments.hasNext();
      row = more ? segments.next() : null;
      return more;
    }

    @Override
    UTF8String video() {
      return row.getUTF8String(0);
    }

    @Override
    UTF8String kept(UTF8String video) {
      // The memory of the row is reused for the next one.
      return video.clone();
    }

    @Override
    int index() {
      return row.getInt(1);
    }

    @Override
    int width() {
      return row.getArray(2).numElements();
    }

    @Override
    void numbers(double[] to, int at) {
      ArrayData ofSegment = row.getArray(2);
      for (int i = 0; i < ofSegment.numElements(); i++) {
        to[at + i] = ofSegment.getDouble(i);
      }
    }

    @Override
    String text(UTF8String video) {
      return video.toString();
    }
  }
}
