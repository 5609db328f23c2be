package org.c2fpl.stages.fine;

import java.util.Arrays;
import java.util.Iterator;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.c2fpl.errors.DataException;

/**
 * One video after the other of a partition's rows {@code video_id, segment_index, norm,
 * video_label} and, where there is a statistic, {@code z, surprise}, sorted by the first two.
 *
 * <p>Holds the numbers of one video: 24 bytes a segment and 8 for each component of z.
 */
final class VideoSegments {
  private static final int Z = 4;

  private final Iterator<Row> rows;

  /** The first row of the next video; null at the end of the partition. */
  private Row pending;

  private String video;
  private int label;
  private int length;
  private double[] norms = new double[256];
  private double[] surprises = new double[256];

  /** Null without a statistic. */
  private double[][] z;

  VideoSegments(Iterator<Row> rows) {
    this.rows = rows;
    this.pending = rows.hasNext() ? rows.next() : null;
  }

  /** Rows as this class needs them; one shuffle by video. */
  static Dataset<Row> sorted(Dataset<Row> labelled, boolean statistic) {
    Column[] columns =
        java.util.stream.Stream.of(
                "video_id", "segment_index", "norm", "video_label", "z", "surprise")
            .limit(statistic ? Z + 2 : Z)
            .map(functions::col)
            .toArray(Column[]::new);
    return labelled
        .select(columns)
        .repartition(functions.col("video_id"))
        .sortWithinPartitions("video_id", "segment_index");
  }

  boolean hasNext() {
    return pending != null;
  }

  /**
   * Goes on to the next video.
   *
   * @throws DataException if a segment of it is missing or there twice
   */
  void load() {
    video = pending.getString(0);
    label = pending.getInt(3);
    length = 0;
    while (pending != null && pending.getString(0).equals(video)) {
      if (pending.getInt(1) != length) {
        throw new DataException(
            "Cannot label video "
                + video
                + ": its segment "
                + length
                + " is missing or there twice (found segment_index "
                + pending.getInt(1)
                + "). Ingest its batch again.");
      }
      add(pending);
      pending = rows.hasNext() ? rows.next() : null;
    }
  }

  private void add(Row row) {
    if (length == norms.length) {
      norms = Arrays.copyOf(norms, 2 * length);
      surprises = Arrays.copyOf(surprises, 2 * length);
    }
    norms[length] = row.getDouble(2);
    if (row.size() > Z) {
      if (z == null || length == z.length) {
        z = z == null ? new double[norms.length][] : Arrays.copyOf(z, norms.length);
      }
      z[length] = row.<Double>getList(Z).stream().mapToDouble(Double::doubleValue).toArray();
      surprises[length] = row.getDouble(Z + 1);
    }
    length++;
  }

  String video() {
    return video;
  }

  /** Whether the video's coarse label is anomalous. */
  boolean anomalous() {
    return label == 1;
  }

  /** Segments of the video, m. */
  int length() {
    return length;
  }

  double norm(int segment) {
    return norms[segment];
  }

  /** Components of the statistic that labels are made from; 1 where it is the norm. */
  int components() {
    return z == null ? 1 : z[0].length;
  }

  /** The statistic of one component. */
  double scalar(int segment) {
    return z == null ? norms[segment] : z[segment][0];
  }

  double[] vector(int segment) {
    return z[segment];
  }

  double surprise(int segment) {
    return surprises[segment];
  }
}
