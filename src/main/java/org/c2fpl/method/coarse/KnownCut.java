package org.c2fpl.method.coarse;

/**
 * Cuts ranked videos into normal and anomalous ones if some labels are known: at the cut with the
 * fewest errors on them, regularised by the cut assumed without them.
 *
 * <p>The cost of a cut is its errors among the known videos plus 2/n for every video that it labels
 * differently from the assumed cut: changing all labels costs as much as two known labels. Memory:
 * O(1) in addition to the values.
 */
public final class KnownCut {
  /** Marks an unknown label. */
  public static final byte UNKNOWN = -1;

  /** The cost of changing all labels, in errors on known videos. */
  private static final long ASSUMPTION = 2;

  private KnownCut() {}

  /**
   * The number of videos above the cut. Exactly {@code assumed} if no label is known. Otherwise
   * equal values are not separated, except by the assumed cut; of cuts with equal cost, the nearest
   * to the assumed cut is chosen, then the one with fewer videos above.
   *
   * @param ascending x of the videos in ascending order
   * @param known their labels, 0, 1 or {@link #UNKNOWN}
   * @param assumed the number of videos above the assumed cut
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
      // Times n, to use integers.
      long cost = errors * n + ASSUMPTION * moved;
      if (cost < bestCost || (cost == bestCost && moved <= Math.abs(best - assumed))) {
        best = above;
        bestCost = cost;
      }
    }
    return best;
  }
}
