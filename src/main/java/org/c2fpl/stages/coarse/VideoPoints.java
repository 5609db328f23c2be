package org.c2fpl.stages.coarse;

import static org.apache.spark.sql.functions.col;

import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.storage.StorageLevel;
import org.c2fpl.errors.DataException;
import org.c2fpl.method.DivisiveClustering;

/** All videos' points in one partition, in the order of their ids, cached; and rows of them. */
final class VideoPoints {
  private VideoPoints() {}

  /**
   * @param videos {@code video_id, norm_mean, norm_std, known}
   */
  static JavaRDD<VideoPoint> of(Dataset<Row> videos) {
    return videos
        .select("video_id", "norm_mean", "norm_std", "known")
        .repartition(1)
        .sortWithinPartitions(col("video_id"))
        .toJavaRDD()
        .map(
            row ->
                new VideoPoint(
                    row.getString(0),
                    row.getDouble(1),
                    row.getDouble(2),
                    row.isNullAt(3) ? VideoPoint.UNKNOWN : row.getInt(3)))
        .persist(StorageLevel.MEMORY_AND_DISK());
  }

  /**
   * The number of points.
   *
   * @throws DataException if there are too few to cluster, or one is not finite
   */
  static long checkedSize(JavaRDD<VideoPoint> points) {
    List<VideoPoint> bad =
        points
            .filter(point -> !(Double.isFinite(point.mu()) && Double.isFinite(point.sigma())))
            .take(1);
    if (!bad.isEmpty()) {
      throw new DataException(
          "Cannot cluster videos: video "
              + bad.get(0).videoId()
              + " has μ = "
              + bad.get(0).mu()
              + " and σ = "
              + bad.get(0).sigma()
              + ". Ingest its footage again, features must be finite.");
    }
    long videos = points.count();
    DivisiveClustering.requireEnough(videos);
    return videos;
  }

  /**
   * A row of {@code coarse_labels}; a known label stands, whatever was found.
   *
   * @param iteration the step that made it anomalous; null for normal
   */
  static Row row(VideoPoint point, Integer iteration) {
    Integer step = !point.isKnown() ? iteration : point.known() == 1 ? Integer.valueOf(0) : null;
    return RowFactory.create(
        point.videoId(), point.mu(), point.sigma(), step == null ? 0 : 1, step);
  }
}
