package org.c2fpl.method.statistics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class EqualTailTest {
  @Test
  void countsTheEqualNumbersAtTheEndInAnyOrderAndTree() {
    Random random = new Random(8);
    for (int round = 0; round < 500; round++) {
      int length = 1 + random.nextInt(12);
      double[] numbers = new double[length];
      for (int i = 0; i < length; i++) {
        numbers[i] = random.nextInt(3);
      }
      int expected = 1;
      while (expected < length && numbers[length - 1 - expected] == numbers[length - 1]) {
        expected++;
      }
      List<Integer> order = new ArrayList<>();
      for (int i = 0; i < length; i++) {
        order.add(i);
      }
      Collections.shuffle(order, random);
      List<EqualTail> parts =
          new ArrayList<>(List.of(new EqualTail(), new EqualTail(), new EqualTail()));
      order.forEach(i -> parts.get(random.nextInt(3)).add(i, numbers[i]));
      Collections.shuffle(parts, random);
      parts.get(0).merge(parts.get(1));
      parts.get(2).merge(parts.get(0));
      assertThat(parts.get(2).length()).isEqualTo(expected);
    }
  }
}
