package org.c2fpl.method.training;

import org.c2fpl.method.exact.SeededHash;

/**
 * The units that dropout drops: a function of only the batch's seed, the row and the unit, so that
 * masks do not depend on the order of rows.
 *
 * <p>A unit is kept if 32 bits of the hash of (seed, row, unit), read as a fraction, are below the
 * probability to keep it; so that probability is exact to 2⁻³².
 */
public final class DropoutMask {
  private static final long LOW = 0xFFFF_FFFFL;

  private DropoutMask() {}

  /**
   * Sets a row's dropped units to 0.
   *
   * @param units values of the row's units
   * @param row the row's number in the batch
   * @param retain probability to keep a unit, in (0, 1]
   */
  public static void drop(double[] units, long seed, int row, double retain) {
    long kept = (long) (retain * (LOW + 1));
    // A hash serves two units; no two hashes of a batch have the same argument.
    long pair = (long) row * ((units.length + 1) / 2);
    int even = units.length & ~1;
    for (int j = 0; j < even; j += 2) {
      long bits = SeededHash.chain(seed, pair++);
      units[j] *= keep(bits & LOW, kept);
      units[j + 1] *= keep(bits >>> 32, kept);
    }
    if (even < units.length) {
      units[even] *= keep(SeededHash.chain(seed, pair) & LOW, kept);
    }
  }

  /** 1 if {@code draw < kept}, else 0; without a branch, which the CPU could not predict. */
  private static int keep(long draw, long kept) {
    return (int) ((draw - kept) >>> 63);
  }
}
