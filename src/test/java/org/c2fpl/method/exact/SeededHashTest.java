package org.c2fpl.method.exact;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SeededHashTest {
  @Test
  void seedAndDrawGiveOrdersOfTheirOwn() {
    List<String> order = order(7, "a");
    assertThat(order(7, "a")).isEqualTo(order);
    assertThat(order(8, "a")).isNotEqualTo(order);
    assertThat(order(7, "b")).isNotEqualTo(order);
  }

  @Test
  void theFirstHalfOfAnOrderIsAFairDraw() {
    // Even numbers among the first half of 2000: 500 ± 5 standard deviations of 11.2.
    long even =
        order(3, "half").stream()
            .limit(1000)
            .filter(id -> Integer.parseInt(id.substring(1)) % 2 == 0)
            .count();
    assertThat(even).isBetween(444L, 556L);
  }

  private static List<String> order(long seed, String draw) {
    return IntStream.range(0, 2000)
        .mapToObj(i -> "v" + i)
        .sorted(Comparator.comparingLong(id -> SeededHash.ofVideo(seed, draw, id)))
        .toList();
  }
}
