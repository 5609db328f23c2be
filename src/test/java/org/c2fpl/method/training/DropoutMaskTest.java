package org.c2fpl.method.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DropoutMaskTest {
  @ParameterizedTest
  @ValueSource(doubles = {0.1, 0.4, 0.5, 0.97})
  void keepsTheShareItIsTold(double retain) {
    int rows = 2000;
    int units = 65;
    double[] perUnit = new double[units];
    double kept = 0;
    for (int row = 0; row < rows; row++) {
      double[] mask = mask(units, 5, row, retain);
      for (int j = 0; j < units; j++) {
        perUnit[j] += mask[j];
        kept += mask[j];
      }
    }
    double deviation = Math.sqrt(retain * (1 - retain) / rows);
    assertThat(kept / rows / units).isEqualTo(retain, within(5 * deviation / Math.sqrt(units)));
    for (double count : perUnit) {
      assertThat(count / rows).isEqualTo(retain, within(5 * deviation));
    }
  }

  @Test
  void isAFunctionOfSeedAndRow() {
    assertThat(mask(64, 5, 3, 0.5)).isEqualTo(mask(64, 5, 3, 0.5));
    assertThat(mask(64, 5, 3, 0.5)).isNotEqualTo(mask(64, 5, 4, 0.5));
    assertThat(mask(64, 5, 3, 0.5)).isNotEqualTo(mask(64, 6, 3, 0.5));
  }

  @Test
  void neighbouringSeedsRowsAndUnitsShareNothing() {
    // Agreement of two independent halves is binomial; 0.5 ± 5 deviations.
    int units = 4096;
    double within = 5 * 0.5 / Math.sqrt(units);
    double[] base = mask(units, 8, 0, 0.5);
    assertThat(agreement(base, mask(units, 9, 0, 0.5))).isEqualTo(0.5, within(within));
    assertThat(agreement(base, mask(units, 8, 1, 0.5))).isEqualTo(0.5, within(within));
    double[] shifted = Arrays.copyOfRange(mask(units + 1, 8, 0, 0.5), 1, units + 1);
    assertThat(agreement(base, shifted)).isEqualTo(0.5, within(within));
  }

  @Test
  void leavesWhatItKeepsAndAllOfItAtOne() {
    double[] values = {3, -2, 0.5};
    DropoutMask.drop(values, 1, 0, 1);
    assertThat(values).containsExactly(3, -2, 0.5);
  }

  private static double[] mask(int units, long seed, int row, double retain) {
    double[] ones = new double[units];
    Arrays.fill(ones, 1);
    DropoutMask.drop(ones, seed, row, retain);
    return ones;
  }

  private static double agreement(double[] a, double[] b) {
    return IntStream.range(0, a.length).filter(i -> a[i] == b[i]).count() / (double) a.length;
  }
}
