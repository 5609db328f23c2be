package org.c2fpl.stage;

import java.util.List;
import java.util.Set;
import org.c2fpl.workspace.Manifest;
import org.c2fpl.workspace.Table;

/**
 * A step of the pipeline from footage to detections: reads tables, calls the method, writes tables.
 * It has no state. Only {@link StageRunner} runs it, and decides whether there is anything to do.
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
   * @param name its name for people, commands and manifests: {@code coarse}
   * @param algorithm raised when the same inputs and options would give other rows: a part of the
   *     fingerprint
   * @param reads the tables that it may read; a unit names the leaves
   * @param writes the tables that it writes; empty for a stage without tables
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

  /** The command that runs it, as in the manifests of its leaves. */
  protected String command() {
    return name;
  }

  /** Whether its rows depend on the seed, which is then one of the parameters. */
  public boolean draws(O options) {
    return false;
  }

  /** Whether to print a line for a unit that already exists. */
  protected boolean saysWhatIsThere() {
    return true;
  }

  /**
   * The units to make, in order. Refuses options that do not fit the workspace, and reads
   * manifests; computes no rows, unless another stage has to run first.
   *
   * @throws org.c2fpl.errors.DataException if an input is missing; the message shows how to make it
   * @throws org.c2fpl.errors.UsageException for options that do not fit the workspace
   */
  public abstract List<Unit> units(StageContext context, O options);

  /**
   * The result from the manifests of a unit's leaves, whether just made or found.
   *
   * @param manifests in the order of {@link Unit#writes}
   */
  protected abstract R result(List<Manifest> manifests);

  /** Called when all units exist; warns about findings over all of them. */
  protected void ended(StageContext context, O options) {}
}
