package org.c2fpl.method.evaluation;

import org.c2fpl.method.training.SegmentDeal;

/**
 * The number of times a video is drawn into a replicate of the bootstrap: independent Poisson(1)
 * numbers, the limit of drawing n of n videos with replacement, from a seeded hash of replicate and
 * video id.
 *
 * <p>A weight depends only on its arguments, so tasks are independent of each other.
 */
final class PoissonWeights {
  /** No segment has this index, so that no deal of segments shares a key. */
  private static final int NO_SEGMENT = -1;

  private static final double E_TO_MINUS_1 = 0.36787944117144233;
  private static final double TWO_TO_MINUS_53 = 0x1p-53;

  private PoissonWeights() {}

  /** The number of times that a video is in a replicate. */
  static int weight(long seed, int replicate, String videoId) {
    long key = SegmentDeal.key(seed, replicate, videoId, NO_SEGMENT);
    double uniform = (key >>> 11) * TWO_TO_MINUS_53;
    double probability = E_TO_MINUS_1;
    double cumulated = probability;
    int weight = 0;
    // 1 − cumulated falls below 2⁻⁵³ at 18, so the loop ends.
    while (uniform >= cumulated && weight < 18) {
      weight++;
      probability /= weight;
      cumulated += probability;
    }
    return weight;
  }
}
