package org.c2fpl.stages.coarse;

import java.util.Locale;

/** How videos whose label is not known are labelled. */
public enum Clustering {
  /** Alg. 1, lines 6–12. */
  DIVISIVE,
  /** As the paper's published code does it. */
  PUBLISHED_CODE,
  /** By rank of their most surprising window. */
  RANKED;

  /** The name on the command line. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
