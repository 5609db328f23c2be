package org.c2fpl.stage;

import java.util.List;
import java.util.Set;
import org.c2fpl.workspace.Manifest;
import org.c2fpl.workspace.Table;

/**
 * A part of the chain from footage to detections: reads tables, calls the method, writes tables. It
 * holds no state. {@link StageRunner} alone runs it, and decides whether there is anything to do.
 *
 * @param <O> its options
 * @param <R> its result, once a {@link Unit}
 */
public abstract class Stage<O, R> {
  private final String name;
  private final int algorithm;
  private final Set<Table> reads;
  private final Set<Table> writes;

  /**
   * @param name what people, commands and manifests call it: {@code coarse}
   * @param algorithm raised when the same inputs and options would give other rows: a part of the
   *     fingerprint
   * @param reads the tables that it may read; a unit names the leaves
   * @param writes the tables that it writes; none for a stage that makes no table
   */
  protected Stage(String name, int algorithm, Set<Table> reads, Set<Table> writes) {
    this.name = name;
    this.algorithm = algorithm;
    this.reads = reads;
    this.writes = writes;
  }

  public final String name() {
    return name;
  }

  public final int algorithm() {
    return algorithm;
  }

  public final Set<Table> reads() {
    return reads;
  }

  public final Set<Table> writes() {
    return writes;
  }

  /** What manifests of its leaves have as the command; the command that runs it. */
  protected String command() {
    return name;
  }

  /** Whether its rows depend on the seed, which is then one of the parameters. */
  public boolean draws(O options) {
    return false;
  }

  /** Whether it is worth a line that a unit is there already. */
  protected boolean saysWhatIsThere() {
    return true;
  }

  /**
   * What is to be made, in order. Refuses options that do not fit the workspace, and looks at
   * manifests; no rows are computed, unless another stage has to be run first.
   *
   * @throws org.c2fpl.errors.DataException if an input is missing, and says how to make it
   * @throws org.c2fpl.errors.UsageException for options that do not fit the workspace
   */
  public abstract List<Unit> units(StageContext context, O options);

  /**
   * What stands in the manifests of a unit's leaves, whether they were just made or found.
   *
   * @param manifests in the order of {@link Unit#writes}
   */
  protected abstract R result(List<Manifest> manifests);

  /** Called when all units are there; says what is odd about them together. */
  protected void ended(StageContext context, O options) {}
}
