package org.c2fpl.stage;

import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.apache.spark.sql.Dataset;
import org.c2fpl.workspace.Leaf;

/**
 * A listener for the events of stages, called on the driver; implemented by the terminal, JSON
 * lines and metrics. All methods do nothing by default.
 */
public interface StageEvents {

  /** A number that a stage reports. */
  enum Figure {
    /** Videos ingested. */
    VIDEOS(true),
    /** Segments ingested. */
    SEGMENTS(true),
    /** Videos left out by ingest. */
    REJECTED(true),
    /** Epochs that the training has completed. */
    TRAINING_EPOCH(false),
    /** Mean loss of the last epoch. */
    TRAINING_LOSS(false),
    /** Segments scored. */
    SCORED_SEGMENTS(true),
    /** Detections found. */
    DETECTIONS(true),
    /** Videos that {@code coarse} labelled anomalous. */
    ANOMALOUS_VIDEOS(true),
    /** Segments that {@code fine} labelled anomalous. */
    ANOMALOUS_SEGMENTS(true),
    /** Area under the ROC curve over the frames of the last evaluation. */
    FRAME_AUC(false),
    /** Average precision over the frames of the last evaluation. */
    FRAME_AP(false);

    private final boolean adds;

    Figure(boolean adds) {
      this.adds = adds;
    }

    /** Whether it adds up over the stages of a run; otherwise the last one counts. */
    public boolean adds() {
      return adds;
    }
  }

  /** A stage begins. */
  default void started(String stage) {}

  /**
   * A stage, or a part of it, is done.
   *
   * @param summary text for people
   */
  default void finished(String stage, Duration took, String summary) {}

  /** A stage, or a part of it, was skipped. */
  default void skipped(String stage, String why) {}

  /** A warning. */
  default void warned(String text) {}

  /** A line for people. */
  default void noted(String line) {}

  /** A number. */
  default void figure(Figure figure, double value) {}

  /** The stage's result depends on this model; may be called several times. */
  default void model(String id) {}

  /** A table or a model exists: just written or up to date. */
  default void table(String path, long rows) {}

  /**
   * A leaf is made again because an earlier version of this program made it with another algorithm;
   * other reasons may apply, too.
   *
   * @param made the algorithm that made it
   * @param now the algorithm of this version
   */
  default void outdated(Leaf leaf, int made, int now) {}

  /** Sets the progress to show from now on; null for none. */
  default void progress(Progress progress) {}

  /** Whether a listener shows the progress. */
  default boolean watchesProgress() {
    return false;
  }

  /**
   * A query is about to run.
   *
   * @param what it computes
   * @param query makes it, for a listener that reads queries
   * @param note a remark; may be empty
   */
  default void query(String what, Supplier<Dataset<?>> query, String note) {}

  /** A query without a note is about to run. */
  default void query(String what, Supplier<Dataset<?>> query) {
    query(what, query, "");
  }

  /** A part that is not a query of Spark SQL is about to run. */
  default void noQuery(String what, String why) {}

  /** Whether a listener reads queries. They are then made as for GPUs. */
  default boolean watchesQueries() {
    return false;
  }

  /** A listener that does nothing. */
  StageEvents NONE = new StageEvents() {};

  /** A listener that calls all of these in order. */
  static StageEvents all(List<StageEvents> listeners) {
    return new StageEventFan(listeners);
  }

  /** A listener that passes on only warnings. */
  static StageEvents warningsOf(StageEvents listener) {
    return new StageEvents() {
      @Override
      public void warned(String text) {
        listener.warned(text);
      }
    };
  }
}
