package org.c2fpl.score;

import java.util.Iterator;
import java.util.NoSuchElementException;
import org.apache.spark.sql.Row;
import org.c2fpl.method.detection.Detection;
import org.c2fpl.method.detection.DetectionMerger;

/**
 * The detections among rows {@code video_id, segment_index, score} that are sorted by video and
 * segment. Holds one row at a time.
 */
final class VideoDetections implements Iterator<VideoDetections.OfVideo> {
  record OfVideo(String videoId, Detection detection) {}

  private final Iterator<Row> rows;
  private final DetectionMerger merger;
  private String video;
  private Row pushedBack;
  private OfVideo next;

  VideoDetections(Iterator<Row> rows, double threshold) {
    this.rows = rows;
    this.merger = new DetectionMerger(threshold);
  }

  @Override
  public boolean hasNext() {
    while (next == null && (pushedBack != null || rows.hasNext())) {
      Row row = pushedBack == null ? rows.next() : pushedBack;
      pushedBack = null;
      String videoOfRow = row.getString(0);
      if (video != null && !video.equals(videoOfRow)) {
        // The row belongs to the next video: end this one first.
        pushedBack = row;
        endVideo();
      } else {
        video = videoOfRow;
        merger.add(row.getInt(1), row.getDouble(2));
        take();
      }
    }
    if (next == null && video != null) {
      endVideo();
    }
    return next != null;
  }

  @Override
  public OfVideo next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    OfVideo found = next;
    next = null;
    return found;
  }

  private void endVideo() {
    merger.finish();
    take();
    video = null;
  }

  private void take() {
    Detection ended = merger.poll();
    if (ended != null) {
      next = new OfVideo(video, ended);
    }
  }
}
