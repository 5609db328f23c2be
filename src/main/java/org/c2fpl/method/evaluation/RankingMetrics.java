package org.c2fpl.method.evaluation;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How well scores rank anomalous above normal frames.
 *
 * @param totals all frames
 * @param auc area under the ROC curve, ties counting half; null without frames of both kinds
 * @param ap average precision, step-wise with ties in one step; null without anomalous frames
 * @param apTrapezoid area under the PR curve by the trapezoidal rule, from (recall 0, precision 1);
 *     null without anomalous frames
 * @param equalErrorRate the rate at which false positives (of the normal frames) and misses (of the
 *     anomalous frames) are equal, interpolated between the points of the ROC curve; null without
 *     frames of both kinds
 * @param undefined why a metric is null; null when none is
 * @param curve points of the ROC and PR curves in descending order of score, at most 2,000, with
 *     the first and the last group
 */
public record RankingMetrics(
    RankingTotals totals,
    @Nullable Double auc,
    @Nullable Double ap,
    @Nullable Double apTrapezoid,
    @Nullable Double equalErrorRate,
    @Nullable String undefined,
    List<CurvePoint> curve) {

  static RankingMetrics of(
      RankingTotals totals,
      @Nullable Double auc,
      @Nullable Double ap,
      @Nullable Double apTrapezoid,
      @Nullable Double equalErrorRate,
      List<CurvePoint> curve) {
    String undefined = null;
    if (totals.positives() == 0 && totals.negatives() == 0) {
      undefined = "there are no frames";
    } else if (totals.positives() == 0) {
      undefined = "no frame is anomalous";
    } else if (totals.negatives() == 0) {
      undefined = "no frame is normal";
    }
    return new RankingMetrics(
        totals, auc, ap, apTrapezoid, equalErrorRate, undefined, List.copyOf(curve));
  }

  /** 2U / (2PN), rounded once. */
  static double areaUnderRoc(BigInteger doubleU, long positives, long negatives) {
    BigInteger pairs =
        BigInteger.valueOf(positives).multiply(BigInteger.valueOf(negatives)).shiftLeft(1);
    return new BigDecimal(doubleU)
        .divide(new BigDecimal(pairs), MathContext.DECIMAL128)
        .doubleValue();
  }

  /** The metrics of all groups, given in descending order of score. */
  public static RankingMetrics of(List<ScoreGroup> descending) {
    RankingTotals all = RankingTotals.NONE;
    for (ScoreGroup group : descending) {
      all = all.plus(group);
    }
    RankingPartial partial = new RankingPartial(RankingTotals.NONE, all);
    descending.forEach(partial::add);
    return partial.metrics();
  }
}
