package org.c2fpl.method.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class BootstrapCountsTest {
  private static final int REPLICATES = 40;

  private record Segment(
      String video, boolean anomalousVideo, double score, SegmentFrames frames) {}

  /** Videos with anomalous frames and without; few distinct scores make ties. */
  private static List<Segment> segments(int videos, int distinct, long seed) {
    Random random = new Random(seed);
    List<Segment> segments = new ArrayList<>();
    for (int v = 0; v < videos; v++) {
      boolean anomalous = v % 3 == 0;
      for (int j = 0; j < 5; j++) {
        int positives = anomalous ? random.nextInt(17) : 0;
        segments.add(
            new Segment(
                "v" + v,
                anomalous,
                random.nextInt(distinct) / (double) distinct,
                new SegmentFrames(positives, 16 - positives)));
      }
    }
    return segments;
  }

  /** The metrics of a replicate from its frames by exact score. */
  private static RankingMetrics exact(
      List<Segment> segments, int replicate, long seed, boolean normalVideosToo) {
    TreeMap<Double, long[]> counts = new TreeMap<>(Collections.reverseOrder());
    for (Segment segment : segments) {
      if (normalVideosToo || segment.anomalousVideo()) {
        int weight = PoissonWeights.weight(seed, replicate, segment.video());
        long[] count = counts.computeIfAbsent(segment.score(), any -> new long[2]);
        count[0] += weight * segment.frames().positives();
        count[1] += weight * segment.frames().negatives();
      }
    }
    List<ScoreGroup> groups = new ArrayList<>();
    counts.forEach((score, count) -> groups.add(new ScoreGroup(score, count[0], count[1])));
    return RankingMetrics.of(groups);
  }

  private static List<CurvePoint> curve(List<Segment> segments) {
    TreeMap<Double, long[]> counts = new TreeMap<>(Collections.reverseOrder());
    for (Segment segment : segments) {
      long[] count = counts.computeIfAbsent(segment.score(), any -> new long[2]);
      count[0] += segment.frames().positives();
      count[1] += segment.frames().negatives();
    }
    List<ScoreGroup> groups = new ArrayList<>();
    counts.forEach((score, count) -> groups.add(new ScoreGroup(score, count[0], count[1])));
    return RankingMetrics.of(groups).curve();
  }

  private static BootstrapCounts counts(List<Segment> segments, List<CurvePoint> curve, long seed) {
    BootstrapCounts counts = new BootstrapCounts(curve, REPLICATES, seed);
    segments.forEach(
        segment ->
            counts.add(
                segment.video(), segment.anomalousVideo(), segment.score(), segment.frames()));
    return counts;
  }

  /** Quantiles of the defined values, computed from their definition. */
  private static double[] interval(List<Double> values) {
    List<Double> sorted = values.stream().filter(value -> value != null).sorted().toList();
    double[] bounds = new double[2];
    for (int i = 0; i < 2; i++) {
      double place = (sorted.size() - 1) * (i == 0 ? 0.025 : 0.975);
      int below = (int) Math.floor(place);
      int above = (int) Math.ceil(place);
      bounds[i] = sorted.get(below) * (1 - (place - below)) + sorted.get(above) * (place - below);
    }
    return bounds;
  }

  private static void assertInterval(
      BootstrapInterval found, List<Double> exact, double tolerance) {
    long defined = exact.stream().filter(value -> value != null).count();
    if (2 * defined < REPLICATES) {
      assertThat(found).isNull();
      return;
    }
    double[] bounds = interval(exact);
    assertThat(found.replicates()).isEqualTo((int) defined);
    assertThat(found.low()).isCloseTo(bounds[0], within(tolerance));
    assertThat(found.high()).isCloseTo(bounds[1], within(tolerance));
  }

  @Property(tries = 60)
  void isExactWhereEveryScoreHasItsBin(
      @ForAll @IntRange(min = 1, max = 12) int videos,
      @ForAll @IntRange(min = 1, max = 30) int distinct,
      @ForAll long seed) {
    List<Segment> segments = segments(videos, distinct, seed);
    BootstrapSummary found = counts(segments, curve(segments), seed).summary();
    List<Double> auc = new ArrayList<>();
    List<Double> ap = new ArrayList<>();
    List<Double> anomalousAuc = new ArrayList<>();
    for (int r = 0; r < REPLICATES; r++) {
      auc.add(exact(segments, r, seed, true).auc());
      ap.add(exact(segments, r, seed, true).ap());
      anomalousAuc.add(exact(segments, r, seed, false).auc());
    }
    assertInterval(found.auc(), auc, 1e-14);
    assertInterval(found.ap(), ap, 1e-14);
    assertInterval(found.aucAnomalousVideos(), anomalousAuc, 1e-14);
    if (found.auc() != null) {
      assertThat(found.auc().resolution()).isZero();
      assertThat(found.ap().resolution()).isZero();
    }
  }

  @Property(tries = 60)
  void isWithinItsResolutionWhereScoresShareBins(
      @ForAll @IntRange(min = 9, max = 20) int videos,
      @ForAll @IntRange(min = 1, max = 12) int every,
      @ForAll long seed) {
    List<Segment> segments = segments(videos, 1 << 20, seed);
    List<CurvePoint> all = curve(segments);
    List<CurvePoint> thinned = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      if (i % every == 0 || i == all.size() - 1) {
        thinned.add(all.get(i));
      }
    }
    BootstrapSummary found = counts(segments, thinned, seed).summary();
    List<Double> auc = new ArrayList<>();
    List<Double> ap = new ArrayList<>();
    for (int r = 0; r < REPLICATES; r++) {
      auc.add(exact(segments, r, seed, true).auc());
      ap.add(exact(segments, r, seed, true).ap());
    }
    // Quantiles move no further than the values do.
    assertInterval(found.auc(), auc, found.auc().resolution() + 1e-14);
    assertInterval(found.ap(), ap, found.ap().resolution() + 1e-14);
    // Half the pairs that share a bin, at most half of all; none where no two scores share one.
    assertThat(found.auc().resolution()).isLessThan(0.5);
    if (every == 1) {
      assertThat(found.auc().resolution()).isZero();
    }
  }

  @Property(tries = 40)
  void dependsOnNeitherOrderNorPartitioning(
      @ForAll @IntRange(min = 1, max = 10) int videos, @ForAll long seed) {
    List<Segment> segments = segments(videos, 1000, seed);
    List<CurvePoint> curve = curve(segments);
    List<Segment> shuffled = new ArrayList<>(segments);
    Collections.shuffle(shuffled, new Random(seed));
    int cut = shuffled.size() / 3;
    BootstrapCounts left = counts(shuffled.subList(0, cut), curve, seed);
    BootstrapCounts right = counts(shuffled.subList(cut, shuffled.size()), curve, seed);
    right.merge(left);
    assertThat(right.summary()).isEqualTo(counts(segments, curve, seed).summary());
  }

  @Test
  void weightsArePoissonAndOfTheirArgumentsAlone() {
    int draws = 200_000;
    double sum = 0;
    double squares = 0;
    int none = 0;
    for (int i = 0; i < draws; i++) {
      int weight = PoissonWeights.weight(3, i % 1000, "video" + i / 1000);
      assertThat(weight).isBetween(0, 18);
      sum += weight;
      squares += (double) weight * weight;
      none += weight == 0 ? 1 : 0;
    }
    assertThat(sum / draws).isCloseTo(1, within(0.01));
    assertThat(squares / draws).isCloseTo(2, within(0.04));
    assertThat(none / (double) draws).isCloseTo(Math.exp(-1), within(0.005));
    assertThat(PoissonWeights.weight(3, 7, "a")).isEqualTo(PoissonWeights.weight(3, 7, "a"));
    List<Integer> bySeed = new ArrayList<>();
    List<Integer> byReplicate = new ArrayList<>();
    List<Integer> byVideo = new ArrayList<>();
    for (int i = 0; i < 64; i++) {
      bySeed.add(PoissonWeights.weight(i, 0, "a"));
      byReplicate.add(PoissonWeights.weight(0, i, "a"));
      byVideo.add(PoissonWeights.weight(0, 0, "a" + i));
    }
    for (List<Integer> weights : List.of(bySeed, byReplicate, byVideo)) {
      assertThat(weights).contains(0, 1, 2);
    }
  }

  @Test
  void quantilesAreLinearBetweenOrderStatistics() {
    BootstrapInterval interval = BootstrapInterval.of(new double[] {4, 1, 3, 2, 0}, 5, 0.5);
    assertThat(interval.low()).isCloseTo(0.1, within(1e-15));
    assertThat(interval.high()).isCloseTo(3.9, within(1e-15));
    assertThat(interval.replicates()).isEqualTo(5);
    assertThat(interval.resolution()).isEqualTo(0.5);
    assertThat(BootstrapInterval.of(new double[] {1, 2}, 5, 0)).isNull();
    assertThat(BootstrapInterval.of(new double[0], 0, 0)).isNull();
  }

  @Test
  void takesZerosOfEitherSignAndRefusesScoresBelowTheCurve() {
    List<CurvePoint> curve = List.of(new CurvePoint(0.5, 1, 0), new CurvePoint(0.0, 1, 1));
    BootstrapCounts counts = new BootstrapCounts(curve, 2, 0);
    counts.add("a", true, -0.0, new SegmentFrames(0, 1));
    counts.add("a", true, -3, new SegmentFrames(0, 0));
    assertThatThrownBy(() -> counts.add("a", true, -0.1, new SegmentFrames(1, 0)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("score -0.1 is below the curve");
    assertThatThrownBy(() -> counts.merge(new BootstrapCounts(curve, 3, 0)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
