package org.c2fpl.coarse;

import static org.apache.spark.sql.functions.col;

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
import org.c2fpl.method.fine.GreatestMeanWindow;
import org.c2fpl.method.fine.LowestDensityWindow;
import org.c2fpl.segments.RowRuns;
import org.c2fpl.segments.SegmentRun;
import org.c2fpl.segments.VideoRuns;

/**
 * How surprising a video is: x, the greatest mean of its segments' surprises over its windows of ⌈β
 * m⌉ segments.
 *
 * <p>Memory: the surprises of one video, 16 bytes per segment, and a third copy while they grow.
 */
final class VideoSurprises implements Iterator<Row> {
  private static final StructType SCHEMA =
      new StructType()
          .add("video_id", DataTypes.StringType, false)
          .add("x", DataTypes.DoubleType, false);

  private final VideoRuns<SegmentRun> videos;
  private final double beta;

  private VideoSurprises(Iterator<SegmentRun> runs, double beta) {
    this.videos =
        new VideoRuns<>(
            runs, 1, "Cannot rank video", "Run 'c2fpl stats' again with --write-mode overwrite.");
    this.beta = beta;
  }

  /** {@code video_id, x} of rows of {@code segment_statistics}. */
  static Dataset<Row> of(Dataset<Row> segmentStatistics, double beta) {
    MapPartitionsFunction<SegmentRun, Row> perVideo = runs -> new VideoSurprises(runs, beta);
    return RowRuns.byVideo(RowRuns.of(segmentStatistics, col("surprise")))
        .mapPartitions(perVideo, Encoders.row(SCHEMA));
  }

  @Override
  public boolean hasNext() {
    return videos.hasNext();
  }

  @Override
  public Row next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    videos.load();
    double[] surprises = videos.column(0);
    requireFinite(surprises);
    int width = LowestDensityWindow.width(surprises.length, beta);
    return RowFactory.create(
        videos.videoId(), GreatestMeanWindow.mean(surprises, 0, surprises.length, width));
  }

  private void requireFinite(double[] surprises) {
    for (int j = 0; j < surprises.length; j++) {
      if (!Double.isFinite(surprises[j])) {
        throw new DataException(
            "Cannot rank video "
                + videos.videoId()
                + ": the surprise of its segment "
                + j
                + " is "
                + surprises[j]
                + ". Ingest its footage again; features must be finite.");
      }
    }
  }
}
