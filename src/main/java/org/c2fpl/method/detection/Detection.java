package org.c2fpl.method.detection;

/**
 * A maximal run of consecutive segments of one video whose scores exceed the threshold.
 *
 * @param startSegment the first segment, 0-based
 * @param endSegment one past the last segment
 * @param peakScore the largest score of the run
 * @param meanScore the mean score of the run
 */
public record Detection(int startSegment, int endSegment, double peakScore, double meanScore) {

  /** The first frame, 0-based. */
  public long startFrame(int framesPerSegment) {
    return (long) startSegment * framesPerSegment;
  }

  /** One past the last frame of the last segment; the video's frame count may be smaller. */
  public long endFrame(int framesPerSegment) {
    return (long) endSegment * framesPerSegment;
  }
}
