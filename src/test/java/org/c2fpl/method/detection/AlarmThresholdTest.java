package org.c2fpl.method.detection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class AlarmThresholdTest {

  /** Feeds distinct scores in descending order until no more is needed. */
  private static AlarmThreshold choose(long anomalous, List<Double> scores) {
    NavigableMap<Double, Long> counts = new TreeMap<>();
    scores.forEach(score -> counts.merge(score, 1L, Long::sum));
    AlarmThreshold chosen = new AlarmThreshold(scores.size(), anomalous);
    for (var entry : counts.descendingMap().entrySet()) {
      if (!chosen.add(entry.getKey(), entry.getValue())) {
        break;
      }
    }
    return chosen;
  }

  private static long above(double threshold, List<Double> scores) {
    return scores.stream().filter(score -> score > threshold).count();
  }

  @Test
  void leavesTheAnomalousShareAbove() {
    AlarmThreshold chosen = choose(2, List.of(0.1, 0.2, 0.3, 0.4, 0.5));
    assertThat(chosen.threshold()).isEqualTo(0.35);
    assertThat(chosen.segmentsAbove()).isEqualTo(2);
  }

  @Test
  void leavesATieThatWouldPassTheShareOut() {
    AlarmThreshold chosen = choose(2, List.of(0.1, 0.4, 0.4, 0.5));
    assertThat(chosen.threshold()).isEqualTo(0.45);
    assertThat(chosen.segmentsAbove()).isEqualTo(1);
  }

  @Test
  void isAShortNumberThatScoresInTheirLastBitsDoNotMove() {
    double jitter = 1e-8;
    AlarmThreshold one = choose(1, List.of(0.2381234567, 0.2389876543, 0.1));
    AlarmThreshold other = choose(1, List.of(0.2381234567 + jitter, 0.2389876543 - jitter, 0.1));
    assertThat(one.threshold()).isEqualTo(0.2386).isEqualTo(other.threshold());
    double next = Math.nextUp(0.5);
    assertThat(AlarmThreshold.shortestBetween(0.5, next)).isEqualTo(0.5);
    assertThat(AlarmThreshold.shortestBetween(0.5, Math.nextUp(next))).isEqualTo(next);
  }

  @Test
  void leavesNothingAboveWithoutAnomaliesOrWithOneScore() {
    assertThat(choose(0, List.of(0.1, 0.9, 0.5)).threshold()).isEqualTo(0.9);
    assertThat(choose(2, List.of(0.5, 0.5, 0.5)).threshold()).isEqualTo(0.5);
  }

  @Test
  void leavesEverythingAboveWhenAllAreAnomalous() {
    AlarmThreshold chosen = choose(3, List.of(0.0, 0.9, 0.0));
    assertThat(chosen.threshold()).isLessThan(0).isGreaterThan(-1e-300);
    assertThat(chosen.segmentsAbove()).isEqualTo(3);
  }

  @Test
  void ignoresScoresAfterItIsSettled() {
    AlarmThreshold chosen = new AlarmThreshold(4, 1);
    assertThat(chosen.add(0.9, 1)).isTrue();
    assertThat(chosen.add(0.8, 1)).isFalse();
    assertThat(chosen.add(0.7, 2)).isFalse();
    assertThat(chosen.threshold()).isEqualTo(0.85);
    assertThat(chosen.segmentsAbove()).isEqualTo(1);
  }

  @Property
  void noThresholdLeavesMoreAboveWithoutPassingTheShare(
      @ForAll @Size(min = 1, max = 40) List<@IntRange(max = 12) Integer> twelfths,
      @ForAll @IntRange(max = 40) int wanted) {
    List<Double> scores = twelfths.stream().map(s -> s / 12.0).toList();
    int anomalous = Math.min(wanted, scores.size());
    AlarmThreshold chosen = choose(anomalous, scores);

    long most = 0;
    for (int half = -1; half <= 25; half++) {
      long above = above(half / 24.0, scores);
      if (above <= anomalous) {
        most = Math.max(most, above);
      }
    }
    assertThat(above(chosen.threshold(), scores)).isEqualTo(most).isLessThanOrEqualTo(anomalous);
    assertThat(chosen.segmentsAbove()).isEqualTo(most);
    long best = most;
    // Whatever leaves more above leaves too many.
    scores.stream()
        .filter(score -> above(score, scores) != best && score < chosen.threshold())
        .forEach(score -> assertThat(above(score, scores)).isGreaterThan(anomalous));
  }

  @Test
  void refusesWrongScores() {
    AlarmThreshold chosen = new AlarmThreshold(3, 2);
    assertThatThrownBy(() -> new AlarmThreshold(3, 4))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("A threshold needs 0 to N anomalous segments of N ≥ 1, not 4 of 3.");
    assertThatThrownBy(() -> chosen.add(Double.NaN, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("A score needs to be finite, not NaN.");
    chosen.add(0.5, 1);
    assertThatThrownBy(() -> chosen.add(0.5, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Distinct scores need to descend, but 0.5 follows 0.5.");
    assertThatThrownBy(() -> chosen.add(0.4, 3))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("A score needs 1 to 2 segments (those left of 3), not 3.");
    assertThatThrownBy(chosen::threshold)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("The threshold is still open: 1 of 3 segments.");
    assertThatThrownBy(chosen::segmentsAbove).isInstanceOf(IllegalStateException.class);
  }

  /** Counts by candidate index; the candidates are the indices themselves. */
  private static double forRate(long[] counts, AtomicInteger calls, double hours, double rate) {
    double[] candidates = new double[counts.length];
    Arrays.setAll(candidates, i -> i);
    return AlarmThreshold.forRate(
        candidates,
        threshold -> {
          calls.incrementAndGet();
          return counts[(int) threshold];
        },
        hours,
        rate);
  }

  private static int smallestSafe(long[] counts, double hours, double rate) {
    int safe = counts.length;
    while (safe > 0 && counts[safe - 1] <= rate * hours) {
      safe--;
    }
    return safe;
  }

  @Property
  void findsTheSmallestCandidateOfFallingCountsInFewPasses(
      @ForAll @Size(min = 1, max = 300) List<@IntRange(max = 40) Integer> drops,
      @ForAll @IntRange(max = 4000) int rate) {
    long[] counts = new long[drops.size()];
    for (int i = counts.length - 2; i >= 0; i--) {
      counts[i] = counts[i + 1] + drops.get(i);
    }
    AtomicInteger calls = new AtomicInteger();
    assertThat(forRate(counts, calls, 0.5, rate)).isEqualTo(smallestSafe(counts, 0.5, rate));
    assertThat(calls.get())
        .isLessThanOrEqualTo((int) (2 * Math.log(counts.length) / Math.log(2)) + 2);
  }

  @Test
  void isNotMisledByDetectionsThatMeltAtLowThresholds() {
    // Two detections at the bottom, 50 at the mode, none at the top.
    long[] counts = new long[101];
    for (int i = 0; i <= 100; i++) {
      counts[i] = i < 60 ? 2 : i < 90 ? 50 : 100 - i;
    }
    assertThat(forRate(counts, new AtomicInteger(), 1, 5)).isEqualTo(95);
  }

  @Property
  void theOneChosenKeepsTheRateWhateverTheCounts(
      @ForAll @Size(min = 1, max = 100) List<@IntRange(max = 20) Integer> anything,
      @ForAll @IntRange(max = 20) int rate) {
    long[] counts = anything.stream().mapToLong(Integer::longValue).toArray();
    counts[counts.length - 1] = 0;
    int chosen = (int) forRate(counts, new AtomicInteger(), 1, rate);
    assertThat(counts[chosen]).isLessThanOrEqualTo(rate);
    if (chosen > 0) {
      assertThat(counts[chosen - 1]).isGreaterThan(rate);
    }
  }

  @Test
  void refusesWhatHasNoAnswer() {
    assertThatThrownBy(() -> AlarmThreshold.forRate(new double[] {0.5, 0.75}, t -> 6, 2, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("No candidate keeps 1.0 alarms per hour: the largest, 0.75, gives 3.0.");
    assertThatThrownBy(() -> AlarmThreshold.forRate(new double[0], t -> 0, 2, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("A rate needs at least 1 candidate, not 0.");
    assertThatThrownBy(() -> AlarmThreshold.forRate(new double[] {1, 1}, t -> 0, 2, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Candidates need to ascend, but 1.0 follows 1.0.");
    assertThatThrownBy(() -> AlarmThreshold.forRate(new double[] {1}, t -> 0, 0, Double.NaN))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("A rate needs hours above 0 and at least 0 alarms per hour, not 0.0 and NaN.");
  }
}
