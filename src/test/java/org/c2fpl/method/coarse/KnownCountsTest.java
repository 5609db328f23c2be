package org.c2fpl.method.coarse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class KnownCountsTest {
  @Property
  void withoutKnownLabelsTheAssumptionStandsExactly(
      @ForAll @DoubleRange(min = 0, max = 1) double share,
      @ForAll @DoubleRange(min = 0.01, max = 100) double ratio) {
    assertThat(KnownCounts.NONE.share(share)).isEqualTo(share);
    assertThat(KnownCounts.NONE.ratio(ratio)).isEqualTo(ratio);
  }

  @Test
  void knownLabelsPullTheShareTowardsTheirs() {
    // Twenty known weigh as much as the assumption; many win.
    assertThat(new KnownCounts(20, 0).share(0.5)).isEqualTo(0.25);
    assertThat(new KnownCounts(15, 5).share(0.5)).isEqualTo(0.375);
    assertThat(new KnownCounts(75_000, 25_000).share(0.5)).isCloseTo(0.25, within(1e-3));
    assertThat(new KnownCounts(20, 0).ratio(1)).isCloseTo(1 / 3.0, within(1e-15));
  }

  @Property
  void comparesTheSharesOfTheKnown(
      @ForAll @IntRange(max = 20) int a,
      @ForAll @IntRange(max = 20) int b,
      @ForAll @IntRange(max = 20) int c,
      @ForAll @IntRange(max = 20) int d) {
    KnownCounts one = new KnownCounts(a, b);
    KnownCounts other = new KnownCounts(c, d);
    int found = Integer.signum(one.compareShare(other));
    assertThat(Integer.signum(other.compareShare(one))).isEqualTo(-found);
    if (a + b + c + d == 0) {
      assertThat(found).isZero();
      return;
    }
    double common = (double) (b + d) / (a + b + c + d);
    double difference = (b + common) / (a + b + 1) - (d + common) / (c + d + 1);
    if (Math.abs(difference) > 1e-12) {
      assertThat(found).isEqualTo((int) Math.signum(difference));
    } else {
      assertThat(found).isZero();
    }
  }

  @Test
  void whereOnlyOneSetHasKnownVideosTheySayNothing() {
    assertThat(new KnownCounts(7, 3).compareShare(KnownCounts.NONE)).isZero();
  }
}
