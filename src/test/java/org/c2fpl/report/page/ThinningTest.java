package org.c2fpl.report.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class ThinningTest {
  private static final double HALF_A_STEP = 0.5 / 65535 + 1e-12;

  @Property(tries = 300)
  void everyBucketKeepsItsPeakAndTheNumberOfBucketsIsBounded(
      @ForAll @Size(min = 1, max = 700) List<@DoubleRange(min = 0, max = 1) Double> drawn,
      @ForAll @IntRange(min = 1, max = 300) int most) {
    double[] scores = drawn.stream().mapToDouble(score -> score).toArray();
    Timeline timeline = Timeline.of(scores, most);
    double[] high = Timeline.decoded(timeline.high());
    double[] low = timeline.low() == null ? high : Timeline.decoded(timeline.low());
    int width = timeline.width();
    assertThat(high).hasSizeLessThanOrEqualTo(most).hasSameSizeAs(low);
    assertThat(high.length).isEqualTo((scores.length + width - 1) / width);
    for (int b = 0; b < high.length; b++) {
      double[] bucket =
          Arrays.copyOfRange(scores, b * width, Math.min(scores.length, (b + 1) * width));
      assertThat(high[b]).isCloseTo(Arrays.stream(bucket).max().getAsDouble(), within(HALF_A_STEP));
      assertThat(low[b]).isCloseTo(Arrays.stream(bucket).min().getAsDouble(), within(HALF_A_STEP));
    }
    assertThat(Arrays.stream(high).max().getAsDouble())
        .isCloseTo(Arrays.stream(scores).max().getAsDouble(), within(HALF_A_STEP));
    assertThat(timeline.low() == null).isEqualTo(width == 1);
  }

  @Property(tries = 200)
  void pointsAreKeptEvenlyWithBothEnds(
      @ForAll @IntRange(min = 1, max = 100_000) int length,
      @ForAll @IntRange(min = 2, max = 500) int most) {
    int[] kept = Thinning.evenly(length, most);
    assertThat(kept).hasSize(Math.min(length, most)).doesNotHaveDuplicates().isSorted();
    assertThat(kept[0]).isZero();
    assertThat(kept[kept.length - 1]).isEqualTo(length - 1);
  }

  @Test
  void nothingIsKeptOfNothing() {
    assertThat(Thinning.evenly(0, 5)).isEmpty();
  }

  @Test
  void allTimelinesTogetherStayWithinTheBudget() {
    for (long videos : new long[] {1, 100, 2000, 5000}) {
      int buckets = Timeline.buckets(videos);
      double[] scores = new double[20_000];
      Timeline timeline = Timeline.of(scores, buckets);
      long bytes = videos * (timeline.high().length() + timeline.low().length());
      assertThat(buckets).isBetween(50, 600);
      assertThat(bytes).isLessThanOrEqualTo(Timeline.BUDGET + videos * 8);
    }
  }
}
