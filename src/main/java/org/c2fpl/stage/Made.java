package org.c2fpl.stage;

import java.util.List;
import org.c2fpl.workspace.Leaf;

/**
 * What became of a unit.
 *
 * @param leaves that are there now
 * @param result what their manifests say; null for a unit that writes no leaves
 */
public record Made<R>(List<Leaf> leaves, State state, R result) {
  /** How the leaves came to be there. */
  public enum State {
    /** Just made. */
    MADE,
    /** Made before from the same inputs and options, and kept. */
    UP_TO_DATE,
    /** Made before from others, and kept. */
    KEPT
  }
}
