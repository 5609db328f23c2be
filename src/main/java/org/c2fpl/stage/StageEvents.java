package org.c2fpl.stage;

import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.apache.spark.sql.Dataset;
import org.c2fpl.workspace.Leaf;

/**
 * Called on the driver with what happens in stages: by a terminal, JSON lines, metrics. A method
 * that a listener has no use for does nothing.
 */
public interface StageEvents {

  /** A number that a stage finds. */
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
   * @param summary what was done, in words for people
   */
  default void finished(String stage, Duration took, String summary) {}

  /** A stage, or a part of it, had nothing to do. */
  default void skipped(String stage, String why) {}

  /** Something is odd. */
  default void warned(String text) {}

  /** A line for people. */
  default void noted(String line) {}

  /** A number. */
  default void figure(Figure figure, double value) {}

  /** The stage's result is of this model; may come several times. */
  default void model(String id) {}

  /** A table, or a model, is there: just written or up to date. */
  default void table(String path, long rows) {}

  /**
   * A leaf is made again because an earlier version of this program made it in another way,
   * whatever else has changed.
   *
   * @param made the algorithm that made it
   * @param now that of this version
   */
  default void outdated(Leaf leaf, int made, int now) {}

  /** How far a stage is can be read here from now on; null for nowhere. */
  default void progress(Progress progress) {}

  /** Whether somebody looks at the progress. */
  default boolean watchesProgress() {
    return false;
  }

  /**
   * A query is about to run.
   *
   * @param what it computes
   * @param query makes it, where somebody looks at it
   * @param note what else is to know; empty for nothing
   */
  default void query(String what, Supplier<Dataset<?>> query, String note) {}

  /** The same without a note. */
  default void query(String what, Supplier<Dataset<?>> query) {
    query(what, query, "");
  }

  /** A part is about to run that is no query of Spark SQL. */
  default void noQuery(String what, String why) {}

  /** Whether somebody looks at queries. They are then made as they are where GPUs are in use. */
  default boolean watchesQueries() {
    return false;
  }

  /** Does nothing. */
  StageEvents NONE = new StageEvents() {};

  /** All of these, in order. */
  static StageEvents all(List<StageEvents> listeners) {
    return new StageEventFan(listeners);
  }

  /** Passes on warnings alone. */
  static StageEvents warningsOf(StageEvents listener) {
    return new StageEvents() {
      @Override
      public void warned(String text) {
        listener.warned(text);
      }
    };
  }
}
