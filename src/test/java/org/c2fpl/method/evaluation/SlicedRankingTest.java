package org.c2fpl.method.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Predicate;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class SlicedRankingTest {
  private static final VideoKind FIGHT = new VideoKind(true, "fight");
  private static final VideoKind FIRE = new VideoKind(true, "fire");
  private static final VideoKind NAMELESS = new VideoKind(true, null);

  private record Frame(double score, VideoKind kind, boolean anomalous) {}

  private static List<Frame> frames(int count, int distinct, long seed) {
    Random random = new Random(seed);
    VideoKind[] kinds = {VideoKind.NORMAL, FIGHT, FIRE, NAMELESS};
    List<Frame> frames = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      VideoKind kind = kinds[random.nextInt(4)];
      frames.add(
          new Frame(
              random.nextInt(distinct) / 8.0, kind, kind.anomalous() && random.nextBoolean()));
    }
    return frames;
  }

  /** Every pair; null without one. */
  private static Double auc(List<Frame> frames, Predicate<Frame> counts) {
    long doubleWins = 0;
    long pairs = 0;
    for (Frame a : frames) {
      for (Frame b : frames) {
        if (counts.test(a) && counts.test(b) && a.anomalous() && !b.anomalous()) {
          pairs++;
          doubleWins += 1 + Double.compare(a.score(), b.score());
        }
      }
    }
    return pairs == 0 ? null : (Double) (doubleWins / 2.0 / pairs);
  }

  private static TreeMap<Double, Map<VideoKind, RankingTotals>> groups(List<Frame> frames) {
    TreeMap<Double, Map<VideoKind, RankingTotals>> groups =
        new TreeMap<>(Collections.reverseOrder());
    for (Frame frame : frames) {
      groups
          .computeIfAbsent(frame.score(), any -> new HashMap<>())
          .merge(
              frame.kind(),
              new RankingTotals(frame.anomalous() ? 1 : 0, frame.anomalous() ? 0 : 1),
              RankingTotals::plus);
    }
    return groups;
  }

  private static void add(
      Map<VideoKind, RankingTotals> totals, Map<VideoKind, RankingTotals> more) {
    more.forEach((kind, each) -> totals.merge(kind, each, RankingTotals::plus));
  }

  /** In so many consecutive parts, merged in an order of the seed's. */
  private static SlicedMetrics metrics(List<Frame> frames, int parts, long seed) {
    TreeMap<Double, Map<VideoKind, RankingTotals>> groups = groups(frames);
    Map<VideoKind, RankingTotals> all = new HashMap<>();
    groups.values().forEach(group -> add(all, group));
    Map<VideoKind, RankingTotals> above = new HashMap<>();
    List<SlicedRanking> rankings = new ArrayList<>();
    int number = 0;
    for (Map.Entry<Double, Map<VideoKind, RankingTotals>> group : groups.entrySet()) {
      if (number++ % Math.max(1, groups.size() / parts) == 0) {
        rankings.add(new SlicedRanking(above, all));
      }
      rankings.get(rankings.size() - 1).add(group.getKey(), group.getValue());
      add(above, group.getValue());
    }
    Collections.shuffle(rankings, new Random(seed));
    SlicedRanking whole = new SlicedRanking(Map.of(), all);
    rankings.forEach(whole::merge);
    return whole.metrics();
  }

  private static void assertAuc(Double found, Double expected) {
    if (expected == null) {
      assertThat(found).isNull();
    } else {
      assertThat(found).isCloseTo(expected, within(1e-15));
    }
  }

  @Property
  void equalsEveryPairOfEachPart(
      @ForAll @IntRange(min = 0, max = 60) int count,
      @ForAll @IntRange(min = 1, max = 40) int distinct,
      @ForAll @IntRange(min = 1, max = 6) int parts,
      @ForAll long seed) {
    List<Frame> frames = frames(count, distinct, seed);
    SlicedMetrics metrics = metrics(frames, parts, seed);
    assertAuc(metrics.frames().auc(), auc(frames, any -> true));
    assertAuc(metrics.anomalousVideos().auc(), auc(frames, frame -> frame.kind().anomalous()));
    for (VideoKind kind : List.of(FIGHT, FIRE)) {
      List<Frame> own = frames.stream().filter(frame -> frame.kind().equals(kind)).toList();
      ClassMetrics found = metrics.classes().get(kind.videoClass());
      if (own.isEmpty()) {
        assertThat(found).isNull();
      } else {
        assertThat(found.frames().frames()).isEqualTo(own.size());
        assertAuc(
            found.auc(),
            auc(frames, frame -> frame.kind().equals(kind) || !frame.kind().anomalous()));
        assertAuc(found.aucAnomalousVideos(), auc(own, any -> true));
      }
    }
    assertThat(metrics.classes()).doesNotContainKey(null);
  }

  @Property
  void isTheSameToTheBitForAnyCut(
      @ForAll @IntRange(min = 1, max = 80) int count,
      @ForAll @IntRange(min = 2, max = 9) int parts,
      @ForAll long seed) {
    List<Frame> frames = frames(count, 30, seed);
    assertThat(metrics(frames, parts, seed)).isEqualTo(metrics(frames, 1, 0));
  }

  @Test
  void normalVideosHaveNoClass() {
    assertThatThrownBy(() -> new VideoKind(false, "fight"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("normal videos of class fight");
  }
}
