package org.c2fpl.score;

import java.util.Arrays;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.c2fpl.method.detection.ScoreSmoothing;

/**
 * Smooths rows {@code video_id, segment_index, score}, sorted by video and segment, video by video.
 * Holds the scores of one video: 28 bytes per segment, and up to twice that while it grows.
 */
final class SmoothedScores implements Iterator<Row> {
  private final Iterator<Row> rows;
  private final ScoreSmoothing smoothing;
  private Row pushedBack;
  private String video;
  private int[] indices = new int[64];
  private double[] scores = new double[64];
  private double[] smoothed = new double[0];
  private int at;

  SmoothedScores(Iterator<Row> rows, ScoreSmoothing smoothing) {
    this.rows = rows;
    this.smoothing = smoothing;
  }

  @Override
  public boolean hasNext() {
    return at < smoothed.length || pushedBack != null || rows.hasNext();
  }

  @Override
  public Row next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    if (at == smoothed.length) {
      nextVideo();
    }
    Row row = RowFactory.create(video, indices[at], smoothed[at]);
    at++;
    return row;
  }

  private void nextVideo() {
    Row row = pushedBack == null ? rows.next() : pushedBack;
    pushedBack = null;
    video = row.getString(0);
    int size = 0;
    while (row != null) {
      if (size == indices.length) {
        indices = Arrays.copyOf(indices, 2 * size);
        scores = Arrays.copyOf(scores, 2 * size);
      }
      indices[size] = row.getInt(1);
      scores[size] = row.getDouble(2);
      size++;
      row = rows.hasNext() ? rows.next() : null;
      if (row != null && !row.getString(0).equals(video)) {
        pushedBack = row;
        row = null;
      }
    }
    smoothed = smoothing.smooth(Arrays.copyOf(indices, size), Arrays.copyOf(scores, size));
    at = 0;
  }
}
