package org.c2fpl.stages;

import java.util.Arrays;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.c2fpl.errors.DataException;
import org.c2fpl.method.LowestDensityWindow;
import org.c2fpl.method.NullModel;

/**
 * Turns a partition's rows {@code video_id, segment_index, norm, video_label}, sorted by the first
 * two, into rows of {@code fine_labels}, a video at a time.
 */
final class FineLabels implements Iterator<Row> {
  private final Iterator<Row> rows;
  private final NullModel nullModel;
  private final double beta;

  /** The first row of the next video; null at the end of the partition. */
  private Row pending;

  private String video;
  private int videoLabel;
  private double[] norms = new double[256];
  private double[] logDensities = new double[0];
  private int length;
  private int position;
  private int windowStart;
  private int windowEnd;

  FineLabels(Iterator<Row> rows, NullModel nullModel, double beta) {
    this.rows = rows;
    this.nullModel = nullModel;
    this.beta = beta;
    this.pending = rows.hasNext() ? rows.next() : null;
  }

  @Override
  public boolean hasNext() {
    return position < length || pending != null;
  }

  @Override
  public Row next() {
    if (position == length) {
      if (pending == null) {
        throw new NoSuchElementException();
      }
      loadVideo();
    }
    int segment = position++;
    boolean anomalous = windowStart <= segment && segment < windowEnd;
    return RowFactory.create(
        video,
        segment,
        norms[segment],
        videoLabel == 1 ? Math.exp(logDensities[segment]) : null,
        anomalous ? 1 : 0);
  }

  private void loadVideo() {
    video = pending.getString(0);
    videoLabel = pending.getInt(3);
    length = 0;
    position = 0;
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
      if (length == norms.length) {
        norms = Arrays.copyOf(norms, 2 * length);
      }
      norms[length++] = pending.getDouble(2);
      pending = rows.hasNext() ? rows.next() : null;
    }
    windowStart = 0;
    windowEnd = 0;
    if (videoLabel == 1) {
      chooseWindow();
    }
  }

  /** Alg. 1, lines 17–20. */
  private void chooseWindow() {
    if (logDensities.length < length) {
      logDensities = new double[norms.length];
    }
    for (int j = 0; j < length; j++) {
      logDensities[j] = nullModel.logDensity(norms[j]);
    }
    int width = LowestDensityWindow.width(length, beta);
    windowStart = LowestDensityWindow.start(logDensities, 0, length, width);
    windowEnd = windowStart + width;
  }
}
