package org.c2fpl.segments;

import java.io.Serializable;

/**
 * Consecutive segments of one video with some numbers of each. A bean, so that Spark moves the
 * numbers as one block, without an object per segment.
 */
public class SegmentRun implements Serializable {
  private static final long serialVersionUID = 1L;

  private String videoId;
  private int first;
  private double[] numbers;

  /** The video of the segments. */
  public final String getVideoId() {
    return videoId;
  }

  public final void setVideoId(String videoId) {
    this.videoId = videoId;
  }

  /** The index of the first segment. */
  public final int getFirst() {
    return first;
  }

  public final void setFirst(int first) {
    this.first = first;
  }

  /** Segments × numbers of a segment, row-major. */
  public final double[] getNumbers() {
    return numbers;
  }

  public final void setNumbers(double[] numbers) {
    this.numbers = numbers;
  }
}
