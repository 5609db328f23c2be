package org.c2fpl.coarse;

import static org.apache.spark.sql.functions.col;

import java.io.Serializable;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.storage.StorageLevel;
import org.c2fpl.errors.DataException;
import org.c2fpl.method.coarse.DivisiveClustering;

/** The points of all videos, cached in one partition in the order of their ids, and their rows. */
final class PointTable {
  private PointTable() {}

  /**
   * @param videos {@code video_id, norm_mean, norm_std, known}
   */
  static JavaRDD<VideoPoint> of(Dataset<Row> videos) {
    return sorted(videos)
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

  /** The rows of points: the last query of Spark SQL before the clustering. */
  static Dataset<Row> sorted(Dataset<Row> videos) {
    return videos
        .select("video_id", "norm_mean", "norm_std", "known")
        .repartition(1)
        .sortWithinPartitions(col("video_id"));
  }

  /**
   * The number of points.
   *
   * @throws DataException if there are too few to cluster, or one is not finite
   */
  static long checkedSize(JavaRDD<VideoPoint> points) {
    List<Checked> partitions = points.mapPartitions(PointTable::check).collect();
    Checked checked = partitions.isEmpty() ? new Checked(0, null) : partitions.get(0);
    if (checked.bad != null) {
      throw new DataException(
          "Cannot cluster videos: video "
              + checked.bad.videoId()
              + " has μ = "
              + checked.bad.mu()
              + " and σ = "
              + checked.bad.sigma()
              + ". Ingest its footage again; features must be finite.");
    }
    DivisiveClustering.requireEnough(checked.videos);
    return checked.videos;
  }

  /**
   * @param bad the first point that is not finite; null if all are finite
   */
  private record Checked(long videos, VideoPoint bad) implements Serializable {}

  private static Iterator<Checked> check(Iterator<VideoPoint> points) {
    VideoPoint bad = null;
    long videos = 0;
    for (; points.hasNext(); videos++) {
      VideoPoint point = points.next();
      if (bad == null && !(Double.isFinite(point.mu()) && Double.isFinite(point.sigma()))) {
        bad = point;
      }
    }
    return List.of(new Checked(videos, bad)).iterator();
  }

  /**
   * A row of {@code coarse_labels}; a known label takes precedence over the clustering.
   *
   * @param iteration the step that made it anomalous; null for normal
   */
  static Row row(VideoPoint point, Integer iteration) {
    Integer step = !point.isKnown() ? iteration : point.known() == 1 ? Integer.valueOf(0) : null;
    return RowFactory.create(
        point.videoId(), point.mu(), point.sigma(), step == null ? 0 : 1, step);
  }
}
