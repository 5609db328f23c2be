package org.c2fpl.coarse;

import java.io.Serializable;

/**
 * A video as the clustering sees it: x = [μ, σ] (Eqs. 1, 2).
 *
 * @param known its label if known, else {@link #UNKNOWN}
 */
record VideoPoint(String videoId, double mu, double sigma, int known) implements Serializable {
  static final int UNKNOWN = -1;

  boolean isKnown() {
    return known != UNKNOWN;
  }
}
