package org.c2fpl.method.evaluation;

import java.io.Serializable;

/**
 * The number of frames in a set of score groups. Sums that exceed a long throw an {@link
 * ArithmeticException}.
 */
public record RankingTotals(long positives, long negatives) implements Serializable {
  public static final RankingTotals NONE = new RankingTotals(0, 0);

  public RankingTotals plus(RankingTotals other) {
    return plus(other.positives, other.negatives);
  }

  public RankingTotals plus(ScoreGroup group) {
    return plus(group.positives(), group.negatives());
  }

  public long frames() {
    return Math.addExact(positives, negatives);
  }

  private RankingTotals plus(long morePositives, long moreNegatives) {
    return new RankingTotals(
        Math.addExact(positives, morePositives), Math.addExact(negatives, moreNegatives));
  }
}
