package org.c2fpl.method.detection;

import org.jspecify.annotations.Nullable;

/**
 * Merges the segments of one video that score above a threshold into detections.
 *
 * <p>Segments come in ascending order; a missing index ends a run, as does a score at or below the
 * threshold. State is O(1): the open run and at most one finished detection. After each {@link
 * #add} and after {@link #finish}, {@link #poll} returns the detection that has just ended, if any.
 *
 * <pre>{@code
 * merger.add(index, score);
 * Detection ended = merger.poll(); // or null
 * }</pre>
 *
 * After {@link #finish} the merger takes the next video. Not thread-safe.
 */
public final class DetectionMerger {
  private static final int NONE = -1;

  private final double threshold;

  private int lastSegment = NONE;
  private int startSegment = NONE;
  private double peakScore;
  private double sumOfScores;
  private @Nullable Detection ended;

  /**
   * @param threshold detections are scores strictly above it
   * @throws IllegalArgumentException if it is NaN
   */
  public DetectionMerger(double threshold) {
    if (Double.isNaN(threshold)) {
      throw new IllegalArgumentException("A threshold needs to be a number, not NaN.");
    }
    this.threshold = threshold;
  }

  /**
   * Takes the next segment of the video.
   *
   * @param segmentIndex 0-based, above every earlier one of this video
   * @throws IllegalArgumentException if the index does not ascend or the score is NaN
   * @throws IllegalStateException if the detection that ended before has not been polled
   */
  public void add(int segmentIndex, double score) {
    requirePolled();
    if (segmentIndex <= lastSegment) {
      throw new IllegalArgumentException(
          "Segments need to ascend from 0, but " + segmentIndex + " follows " + lastSegment + ".");
    }
    if (Double.isNaN(score)) {
      throw new IllegalArgumentException("The score of segment " + segmentIndex + " is NaN.");
    }
    boolean above = score > threshold;
    // lastSegment is the last of the open run here, since a low score closes it at once.
    if (startSegment != NONE && (!above || segmentIndex != lastSegment + 1)) {
      closeRun();
    }
    if (above) {
      if (startSegment == NONE) {
        startSegment = segmentIndex;
        peakScore = score;
        sumOfScores = 0;
      }
      peakScore = Math.max(peakScore, score);
      sumOfScores += score;
    }
    lastSegment = segmentIndex;
  }

  /**
   * Ends the video; the next {@link #add} begins another.
   *
   * @throws IllegalStateException if the detection that ended before has not been polled
   */
  public void finish() {
    requirePolled();
    if (startSegment != NONE) {
      closeRun();
    }
    lastSegment = NONE;
  }

  /** The detection that the last call ended, once; null if none. */
  public @Nullable Detection poll() {
    Detection detection = ended;
    ended = null;
    return detection;
  }

  private void closeRun() {
    int endSegment = lastSegment + 1;
    ended =
        new Detection(
            startSegment, endSegment, peakScore, sumOfScores / (endSegment - startSegment));
    startSegment = NONE;
  }

  private void requirePolled() {
    if (ended != null) {
      throw new IllegalStateException("The last detection has not been polled: " + ended + ".");
    }
  }
}
