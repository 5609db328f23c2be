package org.c2fpl.detector;

import java.time.Duration;

/** Hears how a training goes on; called on the driver. */
public interface TrainingProgress {
  /** Training goes on after this many completed epochs from a checkpoint. */
  void resumed(int epochs);

  /** What a timed warm-up says that the remaining epochs will take. */
  void estimated(Duration remaining);

  /**
   * An epoch is complete.
   *
   * @param epoch from 1
   * @param loss mean over the segments, with the l2 term
   */
  void epoch(int epoch, int epochs, double loss, Duration took);

  /** Hears nothing. */
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
