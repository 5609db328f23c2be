package org.c2fpl.method.coarse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class OtsuCutTest {
  @Test
  void partsTwoGroups() {
    assertThat(OtsuCut.above(new double[] {1, 1.1, 1.2, 0.9 + 1, 7, 7.5})).isEqualTo(2);
  }

  @Test
  void findsNoCutWhereAllIsEqual() {
    assertThat(OtsuCut.above(new double[] {4, 4, 4})).isZero();
    assertThat(OtsuCut.above(new double[] {4})).isZero();
    assertThat(OtsuCut.above(new double[0])).isZero();
  }

  @Property
  void noOtherCutLeavesLessVarianceWithin(
      @ForAll @Size(min = 2, max = 30) int @IntRange(min = -50, max = 50) [] numbers) {
    double[] ascending = Arrays.stream(numbers).asDoubleStream().sorted().toArray();
    int n = ascending.length;
    int above = OtsuCut.above(ascending);
    if (ascending[0] == ascending[n - 1]) {
      assertThat(above).isZero();
      return;
    }
    assertThat(ascending[n - above - 1]).isLessThan(ascending[n - above]);
    double least = Double.POSITIVE_INFINITY;
    for (int cut = 1; cut < n; cut++) {
      least = Math.min(least, within2(ascending, cut));
    }
    assertThat(within2(ascending, n - above)).isCloseTo(least, within(1e-9 * (1 + least)));
  }

  /** The squares within both groups. */
  private static double within2(double[] ascending, int cut) {
    return squares(Arrays.copyOf(ascending, cut))
        + squares(Arrays.copyOfRange(ascending, cut, ascending.length));
  }

  private static double squares(double[] values) {
    double mean = Arrays.stream(values).average().orElseThrow();
    return Arrays.stream(values).map(value -> (value - mean) * (value - mean)).sum();
  }
}
