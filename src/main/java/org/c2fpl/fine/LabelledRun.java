package org.c2fpl.fine;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;

import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.c2fpl.segments.RowRuns;
import org.c2fpl.segments.SegmentRun;

/**
 * Segments of a video with its coarse label. Numbers of a segment: the norm and, with a statistic,
 * the components of z and the surprise.
 */
public final class LabelledRun extends SegmentRun {
  private static final long serialVersionUID = 1L;

  private int videoLabel;

  /** 1 if the video is labelled anomalous, else 0. */
  public int getVideoLabel() {
    return videoLabel;
  }

  public void setVideoLabel(int videoLabel) {
    this.videoLabel = videoLabel;
  }

  /** The count of numbers per segment. */
  static int width(int components) {
    return components == 0 ? 1 : 1 + components + 1;
  }

  /** The numbers of a segment as a column. */
  public static Column numbers(int components) {
    return components == 0
        ? array(col("norm"))
        : concat(array(col("norm")), col("z"), array(col("surprise")));
  }

  /**
   * Whole videos in a partition, their runs in order; videos without a coarse label are left out.
   *
   * @param segments {@code video_id, segment_index, norm} and, with a statistic, {@code z,
   *     surprise}
   * @param components of z; 0 without a statistic
   * @param coarse {@code video_id, label}, one row a video
   */
  public static Dataset<LabelledRun> byVideo(
      Dataset<Row> segments, int components, Dataset<Row> coarse) {
    Dataset<Row> labels =
        coarse.select(col("video_id").as("videoId"), col("label").as("videoLabel"));
    return RowRuns.byVideo(
        RowRuns.ofArrays(segments, numbers(components))
            .join(labels, "videoId")
            .as(Encoders.bean(LabelledRun.class)));
  }
}
