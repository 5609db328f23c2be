package org.c2fpl.stages;

import java.time.Duration;

/** Hears numbers of stages, for dashboards; called on the driver. */
public interface StageListener {

  /** What stages tell. */
  enum Figure {
    /** Videos ingested. */
    VIDEOS,
    /** Segments ingested. */
    SEGMENTS,
    /** Videos left out by ingest. */
    REJECTED,
    /** Epochs that the training has completed. */
    TRAINING_EPOCH,
    /** Mean loss of the last epoch. */
    TRAINING_LOSS,
    /** Segments scored. */
    SCORED_SEGMENTS,
    /** Detections found. */
    DETECTIONS,
    /** Area under the ROC curve over the frames of the last evaluation. */
    FRAME_AUC
  }

  /** A figure that adds up over the stages of a run. */
  void add(Figure figure, long count);

  /** A figure that replaces what it was. */
  void set(Figure figure, double value);

  /** A stage begins. */
  void started(String stage);

  /** A stage is done. */
  void finished(String stage, Duration took);

  /** Hears nothing. */
  StageListener NONE =
      new StageListener() {
        @Override
        public void add(Figure figure, long count) {
          // Silent on purpose.
        }

        @Override
        public void set(Figure figure, double value) {
          // Silent on purpose.
        }

        @Override
        public void started(String stage) {
          // Silent on purpose.
        }

        @Override
        public void finished(String stage, Duration took) {
          // Silent on purpose.
        }
      };
}
