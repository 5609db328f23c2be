package org.c2fpl.method.evaluation;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * Counts the frames of segment j of a video: [rj, r(j+1)) with r frames per segment.
 *
 * <p>A video of unknown length has r·m frames. Frames missing at its end are not counted; frames
 * beyond r·m belong to the last segment under {@link TailPolicy#REPEAT} and to none under {@link
 * TailPolicy#DROP}.
 */
public final class FrameTruth implements Serializable {
  private static final long serialVersionUID = 1L;

  private final int framesPerSegment;
  private final TailPolicy tail;

  /**
   * @param framesPerSegment r, at least 1
   */
  public FrameTruth(int framesPerSegment, TailPolicy tail) {
    if (framesPerSegment < 1) {
      throw new IllegalArgumentException(framesPerSegment + " frames per segment");
    }
    this.framesPerSegment = framesPerSegment;
    this.tail = tail;
  }

  /**
   * @param segment j, 0-based
   * @param segments m
   * @param frames the video's length; null when unknown
   * @param starts first frames of the anomalous ranges, 0-based
   * @param ends exclusive ends of the same ranges, which are disjoint
   */
  public SegmentFrames count(
      int segment, int segments, @Nullable Long frames, long[] starts, long[] ends) {
    if (segment < 0 || segment >= segments) {
      throw new IllegalArgumentException("segment " + segment + " of " + segments);
    }
    long nominal = (long) framesPerSegment * segments;
    long total = frames == null ? nominal : frames;
    long from = (long) framesPerSegment * segment;
    boolean takesTail = segment == segments - 1 && tail == TailPolicy.REPEAT;
    long to = takesTail ? total : Math.min(from + framesPerSegment, total);
    if (to <= from) {
      return new SegmentFrames(0, 0);
    }
    return between(from, to, starts, ends);
  }

  /** The frames of all segments of a video together. */
  public SegmentFrames count(int segments, @Nullable Long frames, long[] starts, long[] ends) {
    long nominal = (long) framesPerSegment * segments;
    long total = frames == null ? nominal : frames;
    return between(0, tail == TailPolicy.REPEAT ? total : Math.min(nominal, total), starts, ends);
  }

  private static SegmentFrames between(long from, long to, long[] starts, long[] ends) {
    long positives = 0;
    for (int i = 0; i < starts.length; i++) {
      positives += Math.max(0, Math.min(ends[i], to) - Math.max(starts[i], from));
    }
    return new SegmentFrames(positives, to - from - positives);
  }
}
