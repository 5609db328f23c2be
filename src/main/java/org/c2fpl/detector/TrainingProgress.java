package org.c2fpl.detector;

import java.time.Duration;

/** A listener for the progress of a training; called on the driver. */
public interface TrainingProgress {
  /** Training continues from a checkpoint after this many completed epochs. */
  void resumed(int epochs);

  /** The time of the remaining epochs, estimated by a timed warm-up. */
  void estimated(Duration remaining);

  /**
   * An epoch is complete.
   *
   * @param epoch from 1
   * @param loss mean over the segments, with the l2 term
   */
  void epoch(int epoch, int epochs, double loss, Duration took);

  /** A listener that ignores everything. */
  static TrainingProgress silent() {
    return new TrainingProgress() {
      @Override
      public void resumed(int epochs) {
        // Silent on purpose.
      }

      @Override
      public void estimated(Duration remaining) {
        // Silent on purpose.
      }

      @Override
      public void epoch(int epoch, int epochs, double loss, Duration took) {
        // Silent on purpose.
      }
    };
  }
}
