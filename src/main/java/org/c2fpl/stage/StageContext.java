package org.c2fpl.stage;

import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.c2fpl.workspace.Leaf;
import org.c2fpl.workspace.Table;
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
   *
   * @param newFirst as {@link #newFirst} orders them
   */
  public WriteMode writeModeFor(List<Leaf> newFirst, Table written) {
    return writeMode == WriteMode.ERROR && !there(newFirst.get(0), written)
        ? WriteMode.KEEP
        : writeMode;
  }

  /** The leaves that a table lacks before those that it has: no refusal leaves new ones undone. */
  public List<Leaf> newFirst(List<Leaf> leaves, Table written) {
    return Stream.concat(
            leaves.stream().filter(leaf -> !there(leaf, written)),
            leaves.stream().filter(leaf -> there(leaf, written)))
        .toList();
  }

  private boolean there(Leaf leaf, Table written) {
    return workspace.manifest(leaf.in(written)).isPresent();
  }
}
