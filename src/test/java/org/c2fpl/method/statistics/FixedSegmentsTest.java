package org.c2fpl.method.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class FixedSegmentsTest {

  @Test
  void edgesAreEvenlySpacedAndRoundedDown() {
    FixedSegments fixed = new FixedSegments(4);
    // 0, 2.5, 5, 7.5, 10
    assertThat(fixed.first(1, 10)).isEqualTo(2);
    assertThat(fixed.end(1, 10)).isEqualTo(5);
    assertThat(fixed.first(3, 10)).isEqualTo(7);
    assertThat(fixed.end(3, 10)).isEqualTo(10);
  }

  @Test
  void aBinWithoutSegmentsTakesTheOneWhereItBegins() {
    FixedSegments fixed = new FixedSegments(4);
    // Two segments in four bins: edges 0, 0, 1, 1, 2.
    assertThat(fixed.end(0, 2)).isEqualTo(0);
    assertThat(fixed.pooledEnd(0, 2)).isEqualTo(1);
    assertThat(fixed.first(2, 2)).isEqualTo(1);
    assertThat(fixed.pooledEnd(2, 2)).isEqualTo(2);
  }

  @Property
  void everySegmentIsHeldByExactlyOneBin(
      @ForAll @IntRange(min = 1, max = 200) int bins,
      @ForAll @IntRange(min = 1, max = 1000) int segments) {
    FixedSegments fixed = new FixedSegments(bins);
    int[] holders = new int[segments];
    for (int b = 0; b < bins; b++) {
      assertThat(fixed.first(b, segments)).isBetween(0, segments - 1);
      assertThat(fixed.pooledEnd(b, segments)).isBetween(fixed.first(b, segments) + 1, segments);
      for (int s = fixed.first(b, segments); s < fixed.end(b, segments); s++) {
        holders[s]++;
      }
    }
    assertThat(holders).containsOnly(1);
  }

  @Test
  void refusesNoBins() {
    assertThatThrownBy(() -> new FixedSegments(0)).isInstanceOf(IllegalArgumentException.class);
  }
}
