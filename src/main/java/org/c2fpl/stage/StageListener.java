package org.c2fpl.stage;

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
    /** Videos that {@code coarse} labelled anomalous. */
    ANOMALOUS_VIDEOS,
    /** Segments that {@code fine} labelled anomalous. */
    ANOMALOUS_SEGMENTS,
    /** Area under the ROC curve over the frames of the last evaluation. */
    FRAME_AUC,
    /** Average precision over the frames of the last evaluation. */
    FRAME_AP
  }

  /** A figure that adds up over the stages of a run. */
  void add(Figure figure, long count);

  /** A figure that replaces what it was. */
  void set(Figure figure, double value);

  /** A stage begins. */
  void started(String stage);

  /**
   * A stage is done.
   *
   * @param whatHappened the line that people read
   */
  void finished(String stage, Duration took, String whatHappened);

  /** A stage had nothing to do. */
  default void skipped(String stage, String why) {}

  /** Something is odd. */
  default void warned(String text) {}

  /** The stage's result is of this model; once a stage and model is enough. */
  default void model(String id) {}

  /** A table is there, just written or up to date. */
  default void table(String path, long rows) {}

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
        public void finished(String stage, Duration took, String whatHappened) {
          // Silent on purpose.
        }
      };
}
