package org.c2fpl.method.training;

import java.util.SplittableRandom;
import org.c2fpl.method.exact.SeededHash;

/**
 * The seeded deal of segments to training workers, and the seeds of random choices in training.
 *
 * <p>All results depend only on the arguments, not on row order, partitioning or slots. Numbers are
 * chained by {@link SeededHash} from {@code h = 0}; a video id enters as the hash of its text. The
 * hash is part of reproducibility: another hash would give another training.
 *
 * <p>Memory: O(1), except for the order of one worker's segments (4 bytes per segment).
 */
public final class SegmentDeal {
  // Separate constants, so that an order and a batch of the same numbers share no stream.
  private static final long ORDER_DOMAIN = 0x6f72646572L; // "order"
  private static final long BATCH_DOMAIN = 0x6261746368L; // "batch"
  private static final long INITIAL_DOMAIN = 0x696e6974L; // "init"

  private SegmentDeal() {}

  /**
   * The key of a segment in a deal: chained from seed, deal, video id and segment index, in this
   * order. Two segments of one video never share a key; segments of two videos may, with a chance
   * of about 2⁻⁶⁴ per pair, so a sort by key must continue with (video id, segment index).
   *
   * @param deal the number of the deal, from 0; each deal is independent of the others
   */
  public static long key(long seed, int deal, String videoId, int segmentIndex) {
    long hash =
        SeededHash.chain(
            SeededHash.chain(SeededHash.chain(0, seed), deal), SeededHash.fnv1a(videoId));
    return SeededHash.chain(hash, segmentIndex);
  }

  /**
   * The worker, {@code 0 … workers − 1}, to which a key is dealt; balanced like independent uniform
   * draws. The key is mixed once more, so that the order of keys inside a worker is independent of
   * the worker.
   *
   * @throws IllegalArgumentException if {@code workers < 1}
   */
  public static int worker(long key, int workers) {
    if (workers < 1) {
      throw new IllegalArgumentException("A deal needs at least 1 worker, not " + workers + ".");
    }
    return below(SeededHash.chain(0, key), workers);
  }

  /**
   * A seeded permutation of {@code 0 … n − 1} (Fisher–Yates): the order in which a worker visits
   * its segments in an epoch, as positions in the worker's segments sorted by key, video id and
   * segment index.
   *
   * @param n segments of the worker
   * @throws IllegalArgumentException if {@code n < 0}
   */
  public static int[] epochOrder(int n, long seed, int epoch, int worker) {
    if (n < 0) {
      throw new IllegalArgumentException("An order needs at least 0 segments, not " + n + ".");
    }
    long streamSeed =
        SeededHash.chain(
            SeededHash.chain(SeededHash.chain(SeededHash.chain(0, seed), ORDER_DOMAIN), epoch),
            worker);
    SplittableRandom random = new SplittableRandom(streamSeed);
    int[] order = new int[n];
    // Inside out: element i goes to a uniform place among the first i + 1. Bounded draws are
    // implemented here, since the JDK does not specify the algorithm of nextInt(bound).
    for (int i = 0; i < n; i++) {
      int j = below(random.nextLong(), i + 1);
      order[i] = order[j];
      order[j] = i;
    }
    return order;
  }

  /** The seed of one batch's dropout; never 0, see {@link #initialSeed}. */
  public static long batchSeed(long seed, int epoch, int worker, int batch) {
    long hash = SeededHash.chain(SeededHash.chain(SeededHash.chain(0, seed), BATCH_DOMAIN), epoch);
    return notZero(SeededHash.chain(SeededHash.chain(hash, worker), batch));
  }

  /**
   * The seed of the initial weights; never 0, because ND4J's generator treats 0 as a request to be
   * seeded by the clock.
   */
  public static long initialSeed(long seed) {
    return notZero(SeededHash.chain(SeededHash.chain(0, seed), INITIAL_DOMAIN));
  }

  private static long notZero(long seed) {
    return seed == 0 ? SeededHash.GOLDEN_GAMMA : seed;
  }

  /** {@code ⌊bits · bound / 2⁶⁴⌋} with unsigned bits; its bias is below bound / 2⁶⁴. */
  private static int below(long bits, int bound) {
    // multiplyHigh takes signed bits: a negative number means bits − 2⁶⁴.
    return (int) (Math.multiplyHigh(bits, bound) + ((bits >> 63) & bound));
  }
}
