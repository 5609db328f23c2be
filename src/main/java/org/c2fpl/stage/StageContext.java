package org.c2fpl.stage;

import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.c2fpl.gpu.Rapids;
import org.c2fpl.workspace.Leaf;
import org.c2fpl.workspace.Table;
import org.c2fpl.workspace.Workspace;
import org.c2fpl.workspace.WriteMode;

/**
 * The environment of every stage.
 *
 * @param writeMode what to do about existing leaves
 * @param events receives the events
 */
public record StageContext(
    SparkSession spark, Workspace workspace, long seed, WriteMode writeMode, StageEvents events) {

  /**
   * The mode for a stage that works leaf by leaf: if some are new, existing ones are kept without
   * an error, so that only the new batch is made.
   *
   * @param newFirst leaves in the order of {@link #newFirst}
   */
  public WriteMode writeModeFor(List<Leaf> newFirst, Table written) {
    return writeMode == WriteMode.ERROR && !there(newFirst.get(0), written)
        ? WriteMode.KEEP
        : writeMode;
  }

  /** The mode for leaves that depend only on their inputs: an existing one is never an error. */
  public WriteMode writeModeForFits() {
    return writeMode == WriteMode.ERROR ? WriteMode.SKIP : writeMode;
  }

  /** Orders missing leaves before existing ones, so that a refusal does not prevent new ones. */
  public List<Leaf> newFirst(List<Leaf> leaves, Table written) {
    return Stream.concat(
            leaves.stream().filter(leaf -> !there(leaf, written)),
            leaves.stream().filter(leaf -> there(leaf, written)))
        .toList();
  }

  /** Whether to make queries for Spark-RAPIDS: if it is in use, or if a listener reads queries. */
  public boolean usesGpu() {
    return events.watchesQueries() || Rapids.pluginOn(spark.sparkContext().getConf());
  }

  private boolean there(Leaf leaf, Table written) {
    return workspace.manifest(leaf.in(written)).isPresent();
  }

  /** Shows the progress of a stage until closed. */
  public Progress progress(String stage, long total, String noun) {
    return new Progress(events, stage, total, noun);
  }
}
