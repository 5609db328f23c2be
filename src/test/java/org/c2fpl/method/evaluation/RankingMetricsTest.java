package org.c2fpl.method.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.DoubleUnaryOperator;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class RankingMetricsTest {
  private static final MathContext DIGITS = new MathContext(40);

  /** One frame. */
  private record Frame(double score, boolean anomalous) {}

  private record Naive(BigDecimal auc, BigDecimal ap, BigDecimal apTrapezoid) {}

  /** Every pair of frames, and every threshold counted from scratch. */
  private static Naive naive(List<Frame> frames) {
    BigDecimal wins = BigDecimal.ZERO;
    long p = frames.stream().filter(Frame::anomalous).count();
    long n = frames.size() - p;
    for (Frame a : frames) {
      for (Frame b : frames) {
        if (a.anomalous() && !b.anomalous()) {
          wins =
              wins.add(
                  new BigDecimal(
                      a.score() > b.score() ? "1" : a.score() == b.score() ? "0.5" : "0"));
        }
      }
    }
    BigDecimal ap = BigDecimal.ZERO;
    BigDecimal trapezoid = BigDecimal.ZERO;
    BigDecimal recall = BigDecimal.ZERO;
    BigDecimal precision = BigDecimal.ONE;
    TreeSet<Double> thresholds = new TreeSet<>(Collections.reverseOrder());
    frames.forEach(frame -> thresholds.add(frame.score()));
    for (double threshold : thresholds) {
      long above = frames.stream().filter(frame -> frame.score() >= threshold).count();
      long hits =
          frames.stream().filter(frame -> frame.score() >= threshold && frame.anomalous()).count();
      BigDecimal nextRecall = new BigDecimal(hits).divide(new BigDecimal(p), DIGITS);
      BigDecimal nextPrecision = new BigDecimal(hits).divide(new BigDecimal(above), DIGITS);
      BigDecimal step = nextRecall.subtract(recall);
      ap = ap.add(step.multiply(nextPrecision));
      trapezoid =
          trapezoid.add(
              step.multiply(precision.add(nextPrecision)).divide(new BigDecimal(2), DIGITS));
      recall = nextRecall;
      precision = nextPrecision;
    }
    return new Naive(wins.divide(new BigDecimal(p * n), DIGITS), ap, trapezoid);
  }

  private static List<ScoreGroup> groups(List<Frame> frames) {
    TreeMap<Double, long[]> counts = new TreeMap<>(Collections.reverseOrder());
    for (Frame frame : frames) {
      counts.computeIfAbsent(frame.score(), any -> new long[2])[frame.anomalous() ? 0 : 1]++;
    }
    List<ScoreGroup> groups = new ArrayList<>();
    counts.forEach((score, count) -> groups.add(new ScoreGroup(score, count[0], count[1])));
    return groups;
  }

  /** Both kinds of frames; few distinct scores make ties, many make none. */
  private static List<Frame> frames(int count, int distinct, long seed) {
    Random random = new Random(seed);
    List<Frame> frames = new ArrayList<>();
    frames.add(new Frame(0.25, true));
    frames.add(new Frame(0.25, false));
    for (int i = 0; i < count; i++) {
      frames.add(new Frame(random.nextInt(distinct) / (double) distinct, random.nextInt(4) == 0));
    }
    return frames;
  }

  @Property
  void equalsEveryPairAndEveryThreshold(
      @ForAll @IntRange(min = 0, max = 60) int count,
      @ForAll @IntRange(min = 1, max = 100) int distinct,
      @ForAll long seed) {
    List<Frame> frames = frames(count, distinct, seed);
    Naive naive = naive(frames);
    RankingMetrics metrics = RankingMetrics.of(groups(frames));
    assertThat(metrics.auc()).isCloseTo(naive.auc().doubleValue(), within(1e-15));
    assertThat(metrics.ap()).isCloseTo(naive.ap().doubleValue(), within(1e-15));
    assertThat(metrics.apTrapezoid()).isCloseTo(naive.apTrapezoid().doubleValue(), within(1e-15));
    assertThat(metrics.totals().frames()).isEqualTo(frames.size());
    assertThat(metrics.undefined()).isNull();
  }

  @Property
  void isTheSameToTheBitForAnyCutAndAnyOrderOfMerging(
      @ForAll @IntRange(min = 0, max = 300) int count,
      @ForAll @IntRange(min = 1, max = 12) int parts,
      @ForAll long seed) {
    List<ScoreGroup> groups = groups(frames(count, 1000, seed));
    RankingMetrics whole = RankingMetrics.of(groups);
    Random random = new Random(seed);
    List<Integer> cuts = new ArrayList<>(List.of(0, groups.size()));
    for (int i = 1; i < parts; i++) {
      cuts.add(random.nextInt(groups.size() + 1));
    }
    Collections.sort(cuts);
    List<RankingPartial> partials = new ArrayList<>();
    RankingTotals above = RankingTotals.NONE;
    for (int i = 1; i < cuts.size(); i++) {
      RankingPartial partial = new RankingPartial(above, whole.totals());
      for (ScoreGroup group : groups.subList(cuts.get(i - 1), cuts.get(i))) {
        partial.add(group);
        above = above.plus(group);
      }
      partials.add(partial);
    }
    Collections.shuffle(partials, random);
    RankingPartial merged = partials.remove(0);
    partials.forEach(merged::merge);
    assertThat(merged.metrics()).isEqualTo(whole);
  }

  @Property
  void anIncreasingTransformChangesNothing(
      @ForAll @IntRange(min = 0, max = 80) int count, @ForAll long seed) {
    List<Frame> frames = frames(count, 16, seed);
    RankingMetrics raw = RankingMetrics.of(groups(frames));
    RankingMetrics mapped = RankingMetrics.of(groups(mapped(frames, x -> Math.exp(3 * x) - 7)));
    assertThat(mapped.auc()).isEqualTo(raw.auc());
    assertThat(mapped.ap()).isEqualTo(raw.ap());
    assertThat(mapped.apTrapezoid()).isEqualTo(raw.apTrapezoid());
  }

  @Property
  void negatedScoresGiveTheComplement(
      @ForAll @IntRange(min = 0, max = 80) int count, @ForAll long seed) {
    List<Frame> frames = frames(count, 16, seed);
    double auc = RankingMetrics.of(groups(frames)).auc();
    double negated = RankingMetrics.of(groups(mapped(frames, x -> -x))).auc();
    assertThat(negated).isCloseTo(1 - auc, within(1e-15));
  }

  /** Where the line from one point of the ROC to the next meets FPR + TPR = 1, in decimals. */
  private static double naiveEqualErrorRate(List<Frame> frames) {
    long p = frames.stream().filter(Frame::anomalous).count();
    long n = frames.size() - p;
    TreeSet<Double> thresholds = new TreeSet<>(Collections.reverseOrder());
    frames.forEach(frame -> thresholds.add(frame.score()));
    double fpr = 0;
    double tpr = 0;
    for (double threshold : thresholds) {
      double nextFpr =
          (double) frames.stream().filter(f -> f.score() >= threshold && !f.anomalous()).count()
              / n;
      double nextTpr =
          (double) frames.stream().filter(f -> f.score() >= threshold && f.anomalous()).count() / p;
      if (nextFpr + nextTpr >= 1) {
        double t = (1 - fpr - tpr) / (nextFpr + nextTpr - fpr - tpr);
        return fpr + t * (nextFpr - fpr);
      }
      fpr = nextFpr;
      tpr = nextTpr;
    }
    throw new IllegalStateException("the last point is (1, 1)");
  }

  @Property
  void theEqualErrorRateLiesOnTheRocCurve(
      @ForAll @IntRange(min = 0, max = 80) int count,
      @ForAll @IntRange(min = 1, max = 60) int distinct,
      @ForAll long seed) {
    List<Frame> frames = frames(count, distinct, seed);
    double rate = RankingMetrics.of(groups(frames)).equalErrorRate();
    assertThat(rate).isCloseTo(naiveEqualErrorRate(frames), within(1e-12));
    double negated = RankingMetrics.of(groups(mapped(frames, x -> -x))).equalErrorRate();
    assertThat(negated).isCloseTo(1 - rate, within(1e-12));
  }

  @Test
  void theEqualErrorRateOfKnownRankings() {
    assertThat(
            RankingMetrics.of(List.of(new ScoreGroup(2, 3, 0), new ScoreGroup(1, 0, 5)))
                .equalErrorRate())
        .isZero();
    assertThat(RankingMetrics.of(List.of(new ScoreGroup(1, 3, 5))).equalErrorRate()).isEqualTo(0.5);
    assertThat(
            RankingMetrics.of(List.of(new ScoreGroup(2, 0, 5), new ScoreGroup(1, 3, 0)))
                .equalErrorRate())
        .isEqualTo(1);
    assertThat(RankingMetrics.of(List.of(new ScoreGroup(1, 0, 5))).equalErrorRate()).isNull();
  }

  private static List<Frame> mapped(List<Frame> frames, DoubleUnaryOperator transform) {
    return frames.stream()
        .map(frame -> new Frame(transform.applyAsDouble(frame.score()), frame.anomalous()))
        .toList();
  }

  @Test
  void countsBeyondTheRangeOfALong() {
    long huge = 1L << 60;
    RankingMetrics metrics =
        RankingMetrics.of(
            List.of(
                new ScoreGroup(3, huge, 0),
                new ScoreGroup(2, huge, huge),
                new ScoreGroup(1, 0, huge)));
    // Of 4 blocks of pairs three are won and one is tied.
    assertThat(metrics.auc()).isEqualTo(0.875);
    assertThat(metrics.ap()).isCloseTo(0.5 + 0.5 * 2 / 3, within(1e-15));
    assertThatThrownBy(
            () ->
                RankingMetrics.of(
                    List.of(new ScoreGroup(2, Long.MAX_VALUE, 0), new ScoreGroup(1, 1, 0))))
        .isInstanceOf(ArithmeticException.class);
  }

  @Test
  void framesOfOneKindHaveNoAucAndAReason() {
    RankingMetrics normal = RankingMetrics.of(List.of(new ScoreGroup(1, 0, 5)));
    assertThat(normal.auc()).isNull();
    assertThat(normal.ap()).isNull();
    assertThat(normal.apTrapezoid()).isNull();
    assertThat(normal.undefined()).isEqualTo("no frame is anomalous");
    RankingMetrics anomalous = RankingMetrics.of(List.of(new ScoreGroup(1, 5, 0)));
    assertThat(anomalous.auc()).isNull();
    assertThat(anomalous.ap()).isEqualTo(1);
    assertThat(anomalous.apTrapezoid()).isEqualTo(1);
    assertThat(anomalous.undefined()).isEqualTo("no frame is normal");
    RankingMetrics none = RankingMetrics.of(List.of());
    assertThat(none.auc()).isNull();
    assertThat(none.undefined()).isEqualTo("there are no frames");
    assertThat(none.curve()).isEmpty();
  }

  @Test
  void theCurveKeepsItsEndsAndAtMostTwoThousandPoints() {
    Random random = new Random(7);
    List<ScoreGroup> groups = new ArrayList<>();
    for (int i = 0; i < 50_000; i++) {
      groups.add(new ScoreGroup(-i, random.nextInt(2), random.nextInt(40)));
    }
    groups.add(new ScoreGroup(-50_000, 1, 1));
    RankingMetrics metrics = RankingMetrics.of(groups);
    List<CurvePoint> curve = metrics.curve();
    assertThat(curve).hasSizeBetween(1_900, 2_000);
    ScoreGroup first =
        groups.stream().filter(g -> g.positives() + g.negatives() > 0).findFirst().orElseThrow();
    assertThat(curve.get(0))
        .isEqualTo(new CurvePoint(first.score(), first.positives(), first.negatives()));
    assertThat(curve.get(curve.size() - 1))
        .isEqualTo(
            new CurvePoint(-50_000, metrics.totals().positives(), metrics.totals().negatives()));
    double area = 0;
    CurvePoint before = new CurvePoint(0, 0, 0);
    for (CurvePoint point : curve) {
      area +=
          (double) (point.falsePositives() - before.falsePositives())
              * (point.truePositives() + before.truePositives())
              / 2;
      before = point;
    }
    area /= (double) metrics.totals().positives() * metrics.totals().negatives();
    assertThat(area).isCloseTo(metrics.auc(), within(1e-4));
  }

  @Test
  void aCurveOfFewGroupsKeepsThemAll() {
    List<ScoreGroup> groups = groups(frames(50, 1000, 3));
    assertThat(RankingMetrics.of(groups).curve()).hasSameSizeAs(groups);
  }

  @Test
  void refusesScoresOutOfOrderAndNaN() {
    RankingTotals all = new RankingTotals(2, 2);
    RankingPartial partial = new RankingPartial(RankingTotals.NONE, all);
    partial.add(new ScoreGroup(0.5, 1, 1));
    assertThatThrownBy(() -> partial.add(new ScoreGroup(0.5, 1, 1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("score 0.5 after 0.5");
    assertThatThrownBy(() -> partial.add(new ScoreGroup(Double.NaN, 1, 1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("score NaN after 0.5");
    assertThatThrownBy(
            () -> partial.merge(new RankingPartial(RankingTotals.NONE, RankingTotals.NONE)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("partials of");
  }
}
