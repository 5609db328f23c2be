package org.c2fpl.stage;

import java.util.List;
import org.c2fpl.workspace.Leaf;

/**
 * The outcome of a unit.
 *
 * @param leaves the leaves that exist now
 * @param result from their manifests; null for a unit that writes no leaves
 */
public record Made<R>(List<Leaf> leaves, State state, R result) {
  /** The origin of the leaves. */
  public enum State {
    /** The leaves were just made. */
    MADE,
    /** They were made before from the same inputs and options, and kept. */
    UP_TO_DATE,
    /** They were made before from other inputs or options, and kept. */
    KEPT
  }
}
