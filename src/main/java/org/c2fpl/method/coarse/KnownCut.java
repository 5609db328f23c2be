package org.c2fpl.method.coarse;

/**
 * Where to cut ranked videos in normal and anomalous ones when the labels of some are known: the
 * cut that errs least on them, held back by the cut that was assumed without them.
 *
 * <p>The cost of a cut is its errors among the known videos plus 2/n for every video that it labels
 * otherwise than the assumed cut does: the whole ranking turned over weighs as much as two known
 * labels. Memory: O(1) beside the values.
 */
public final class KnownCut {
  /** Stands for a label that is not known. */
  public static final byte UNKNOWN = -1;

  /** What turning all labels over costs, in errors on known videos. */
  private static final long ASSUMPTION = 2;

  private KnownCut() {}

  /**
   * How many of the videos lie above the cut. Exactly {@code assumed} where nothing is known;
   * otherwise equal values are not parted, unless the assumed cut does; of cuts that cost the same
   * the one nearest to the assumed is taken, then the one with fewer videos above.
   *
   * @param ascending x of the videos in ascending order
   * @param known their labels, 0, 1 or {@link #UNKNOWN}
   * @param assumed how many lie above the assumed cut
   */
  public static int above(double[] ascending, byte[] known, int assumed) {
    int n = ascending.length;
    long errors = 0;
    for (byte label : known) {
      // All videos above the cut: every known normal one is an error.
      errors += label == 0 ? 1 : 0;
    }
    int best = assumed;
    long bestCost = Long.MAX_VALUE;
    for (int below = 0; below <= n; below++) {
      if (below > 0) {
        byte label = known[below - 1];
        errors += label == 1 ? 1 : label == 0 ? -1 : 0;
      }
      int above = n - below;
      boolean parts = below > 0 && below < n && ascending[below] == ascending[below - 1];
      if (parts && above != assumed) {
        continue;
      }
      long moved = Math.abs(above - assumed);
      // Times n, to stay with integers.
      long cost = errors * n + ASSUMPTION * moved;
      if (cost < bestCost || (cost == bestCost && moved <= Math.abs(best - assumed))) {
        best = above;
        bestCost = cost;
      }
    }
    return best;
  }
}
