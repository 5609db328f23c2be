package org.c2fpl.stages;

import java.util.List;
import org.apache.spark.sql.SparkSession;
import org.c2fpl.workspace.Leaf;
import org.c2fpl.workspace.Workspace;
import org.c2fpl.workspace.WriteMode;

/** What every stage needs. */
public record StageContext(
    SparkSession spark, Workspace workspace, long seed, WriteMode writeMode, Console console) {

  /** Hears the numbers of stages. */
  public StageListener listener() {
    return console.listener();
  }

  /**
   * The mode for a stage that works leaf by leaf: where some are new, the others are no error but
   * kept as they are, so that a new batch is done alone.
   */
  WriteMode writeModeFor(List<Leaf> leaves) {
    boolean someAreNew = leaves.stream().anyMatch(leaf -> workspace.manifest(leaf).isEmpty());
    return writeMode == WriteMode.ERROR && someAreNew ? WriteMode.SKIP : writeMode;
  }
}
