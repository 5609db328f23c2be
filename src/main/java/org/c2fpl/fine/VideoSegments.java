package org.c2fpl.fine;

import java.util.Iterator;
import org.c2fpl.errors.DataException;
import org.c2fpl.segments.VideoRuns;

/**
 * Iterates over the videos of a partition's {@link LabelledRun}s.
 *
 * <p>Holds the numbers of one video: 8 bytes per segment, with a statistic 8 more for the surprise
 * and for each component of z, and up to twice that while they grow.
 */
final class VideoSegments {
  private static final int NORM = 0;
  private static final int Z = 1;

  private final VideoRuns<LabelledRun> videos;
  private final int components;

  /**
   * @param runs of whole videos, in order
   * @param components of z; 0 without a statistic
   */
  VideoSegments(Iterator<LabelledRun> runs, int components) {
    this.videos =
        new VideoRuns<>(
            runs, LabelledRun.width(components), "Cannot label video", "Ingest its batch again.");
    this.components = components;
  }

  boolean hasNext() {
    return videos.hasNext();
  }

  /**
   * Advances to the next video.
   *
   * @throws DataException if one of its segments is missing or occurs twice
   */
  void load() {
    videos.load();
  }

  String video() {
    return videos.videoId();
  }

  /** Whether the video's coarse label is anomalous. */
  boolean anomalous() {
    return videos.first().getVideoLabel() == 1;
  }

  /** The number of segments of the video, m. */
  int length() {
    return videos.length();
  }

  double[] norms() {
    return videos.column(NORM);
  }

  /** Components of the statistic that labels are made from; 1 for the norm. */
  int components() {
    return Math.max(1, components);
  }

  /** The statistic of one component. */
  double scalar(int segment) {
    return videos.number(segment, components == 0 ? NORM : Z);
  }

  double[] vector(int segment) {
    double[] z = new double[components];
    for (int c = 0; c < components; c++) {
      z[c] = videos.number(segment, Z + c);
    }
    return z;
  }

  /** The surprise of a segment; 0 without a statistic. */
  double surprise(int segment) {
    return components == 0 ? 0 : videos.number(segment, Z + components);
  }
}
