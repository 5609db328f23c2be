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
public interface Stage<O, R> {
  /** What people, commands and manifests call it: {@code coarse}. */
  String name();

  /** Raised when the same inputs and options would give other rows: a part of the fingerprint. */
  int algorithm();

  /** What manifests of its leaves have as the command; the command that runs it. */
  default String command() {
    return name();
  }

  /** The tables that it may read; a unit names the leaves. */
  Set<Table> reads();

  /** The tables that it writes; none for a stage that makes no table. */
  Set<Table> writes();

  /** Whether its rows depend on the seed. */
  default boolean draws(O options) {
    return false;
  }

  /** Whether it is worth a line that a unit is there already. */
  default boolean saysWhatIsThere() {
    return true;
  }

  /**
   * What is to be made, in order. Refuses options that do not fit the workspace, and looks at
   * manifests; no rows are computed, unless another stage has to be run first.
   *
   * @throws org.c2fpl.errors.DataException if an input is missing, and says how to make it
   * @throws org.c2fpl.errors.UsageException for options that do not fit the workspace
   */
  List<Unit> units(StageContext context, O options);

  /**
   * What stands in the manifests of a unit's leaves, whether they were just made or found.
   *
   * @param manifests in the order of {@link Unit#writes}
   */
  R result(List<Manifest> manifests);

  /** Called when all units are there; says what is odd about them together. */
  default void ended(StageContext context, O options) {}
}
