package org.c2fpl.method.evaluation;

import java.io.Serializable;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.c2fpl.method.exact.ExactSum;
import org.jspecify.annotations.Nullable;

/**
 * The contribution of consecutive score groups, in descending order of score, to the ranking
 * metrics of all of them.
 *
 * <p>With TP and FP the frames above a group of p anomalous and n normal frames, TP' = TP + p, FP'
 * = FP + n, and P, N all frames:
 *
 * <ul>
 *   <li>2U = Σ n (2 TP + p), the Mann–Whitney count, ties counting half: an integer, AUC = U / (P
 *       N);
 *   <li>AP = Σ p/P · TP'/(TP' + FP'), step-wise;
 *   <li>trapezoid AP = Σ p/P · (π + π')/2 with π = TP/(TP + FP), 1 before the first group;
 *   <li>the equal error rate is in the one group where D = FP·P − (P − TP)·N, negative above,
 *       becomes positive or zero: FPR = FP/N and FNR = 1 − TP/P meet on the line through it.
 * </ul>
 *
 * <p>Every term depends on integers only and is added exactly, so the result is the same to the bit
 * for any division of the groups into partials and any order of merging. Memory: at most {@value
 * #CURVE_BUCKETS} + 2 curve points in all partials together.
 */
public final class RankingPartial implements Serializable {
  private static final long serialVersionUID = 1L;

  /** The number of equal shares of the frames; the curves keep the last group of each. */
  static final int CURVE_BUCKETS = 1990;

  private final RankingTotals all;
  private RankingTotals seen;
  private double lastScore = Double.POSITIVE_INFINITY;
  private BigInteger doubleU = BigInteger.ZERO;
  private final ExactSum steps = new ExactSum();
  private final ExactSum trapezoids = new ExactSum();
  private final List<CurvePoint> curve = new ArrayList<>();
  private @Nullable Double equalErrorRate;

  /**
   * @param above the totals of all groups with higher scores than the first that will be added
   * @param all the totals of all groups
   */
  public RankingPartial(RankingTotals above, RankingTotals all) {
    this.seen = above;
    this.all = all;
  }

  /**
   * Adds the next group.
   *
   * @throws IllegalArgumentException for a score that is NaN or not below the one before
   */
  public void add(ScoreGroup group) {
    if (!(group.score() < lastScore)) {
      throw new IllegalArgumentException("score " + group.score() + " after " + lastScore);
    }
    lastScore = group.score();
    RankingTotals next = seen.plus(group);
    if (next.frames() == seen.frames()) {
      return;
    }
    doubleU =
        doubleU.add(
            BigInteger.valueOf(group.negatives())
                .multiply(
                    BigInteger.valueOf(seen.positives())
                        .shiftLeft(1)
                        .add(BigInteger.valueOf(group.positives()))));
    if (group.positives() > 0) {
      steps.add(group.positives() * precision(next));
      trapezoids.add(group.positives() * ((precision(seen) + precision(next)) / 2));
    }
    meetErrors(next);
    boolean end = seen.frames() == 0 || next.frames() == all.frames();
    if (end || bucket(next) != bucket(seen)) {
      curve.add(new CurvePoint(group.score(), next.positives(), next.negatives()));
    }
    seen = next;
  }

  /** Adds the contribution of other groups of the same whole. */
  public void merge(RankingPartial other) {
    if (!all.equals(other.all)) {
      throw new IllegalArgumentException("partials of " + all + " and " + other.all);
    }
    doubleU = doubleU.add(other.doubleU);
    steps.merge(other.steps);
    trapezoids.merge(other.trapezoids);
    curve.addAll(other.curve);
    equalErrorRate = equalErrorRate == null ? other.equalErrorRate : equalErrorRate;
  }

  private void meetErrors(RankingTotals next) {
    if (all.positives() == 0 || all.negatives() == 0) {
      return;
    }
    BigInteger before = errorDifference(seen);
    BigInteger after = errorDifference(next);
    if (before.signum() < 0 && after.signum() >= 0) {
      double share = before.negate().doubleValue() / after.subtract(before).doubleValue();
      double falsePositives = seen.negatives() + share * (next.negatives() - seen.negatives());
      equalErrorRate = falsePositives / all.negatives();
    }
  }

  /** (FPR − FNR) · P · N. */
  private BigInteger errorDifference(RankingTotals above) {
    BigInteger missed = BigInteger.valueOf(all.positives() - above.positives());
    return BigInteger.valueOf(above.negatives())
        .multiply(BigInteger.valueOf(all.positives()))
        .subtract(missed.multiply(BigInteger.valueOf(all.negatives())));
  }

  /** The metrics, after the partials of all groups were merged into this one. */
  public RankingMetrics metrics() {
    long p = all.positives();
    long n = all.negatives();
    List<CurvePoint> ordered = new ArrayList<>(curve);
    ordered.sort(Comparator.comparingLong(point -> point.truePositives() + point.falsePositives()));
    return RankingMetrics.of(
        all,
        p == 0 || n == 0 ? null : RankingMetrics.areaUnderRoc(doubleU, p, n),
        p == 0 ? null : steps.value() / p,
        p == 0 ? null : trapezoids.value() / p,
        equalErrorRate,
        ordered);
  }

  private static double precision(RankingTotals totals) {
    return totals.frames() == 0 ? 1 : (double) totals.positives() / totals.frames();
  }

  private long bucket(RankingTotals totals) {
    return (long) ((double) totals.frames() / all.frames() * CURVE_BUCKETS);
  }
}
