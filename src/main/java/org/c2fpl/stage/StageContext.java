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
 * What every stage is given.
 *
 * @param writeMode what to do about leaves that are there already
 * @param events called with what happens
 */
public record StageContext(
    SparkSession spark, Workspace workspace, long seed, WriteMode writeMode, StageEvents events) {

  /**
   * The mode for a stage that works leaf by leaf: where some are new, the others are no error but
   * kept as they are, so that a new batch is done alone.
   *
   * @param newFirst as {@link #newFirst} orders them
   */
  public WriteMode writeModeFor(List<Leaf> newFirst, Table written) {
    return writeMode == WriteMode.ERROR && !there(newFirst.get(0), written)
        ? WriteMode.KEEP
        : writeMode;
  }

  /**
   * The mode for what is the same whenever it is made of the same: to find it is never an error.
   */
  public WriteMode writeModeForFits() {
    return writeMode == WriteMode.ERROR ? WriteMode.SKIP : writeMode;
  }

  /** The leaves that a table lacks before those that it has: no refusal leaves new ones undone. */
  public List<Leaf> newFirst(List<Leaf> leaves, Table written) {
    return Stream.concat(
            leaves.stream().filter(leaf -> !there(leaf, written)),
            leaves.stream().filter(leaf -> there(leaf, written)))
        .toList();
  }

  /** Whether queries are made for Spark-RAPIDS: where it is in use, or where they are looked at. */
  public boolean usesGpu() {
    return events.watchesQueries() || Rapids.pluginOn(spark.sparkContext().getConf());
  }

  private boolean there(Leaf leaf, Table written) {
    return workspace.manifest(leaf.in(written)).isPresent();
  }

  /** Shows how far a stage is, until closed. */
  public Progress progress(String stage, long total, String noun) {
    return new Progress(events, stage, total, noun);
  }
}
