package org.c2fpl.method.exact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LaneMathTest {
  @Property
  void exponentialsAreThoseOfMath(@ForAll @DoubleRange(min = -87, max = 0) double x) {
    double[] values = {-1, x, -2};
    LaneMath.exp(values, 1, 2);
    assertThat(values[1] / Math.exp(x)).isEqualTo(1, within(1e-10));
    assertThat(values[0]).isEqualTo(-1);
    assertThat(values[2]).isEqualTo(-2);
  }

  @Test
  void exponentialsOfTheExtremes() {
    double[] values = {0, -87.5, -1e300, Double.NEGATIVE_INFINITY, Double.NaN};
    LaneMath.exp(values, 0, values.length);
    assertThat(values[0]).isEqualTo(1);
    assertThat(values[1]).isEqualTo(Math.exp(-87), within(1e-46));
    assertThat(values[2]).isEqualTo(values[1]);
    assertThat(values[3]).isEqualTo(values[1]);
    assertThat(values[4]).isNaN();
  }

  @Property
  void sumsAndProductsOfAnyLength(
      @ForAll @Size(max = 40) List<@DoubleRange(min = -1e6, max = 1e6) Double> numbers) {
    double[] values = numbers.stream().mapToDouble(v -> v).toArray();
    double sum = Arrays.stream(values).sum();
    double squares = Arrays.stream(values).map(v -> v * v).sum();
    double[] shifted = new double[values.length + 3];
    System.arraycopy(values, 0, shifted, 3, values.length);
    assertThat(LaneMath.sum(shifted, 3, shifted.length)).isEqualTo(sum, within(1e-6));
    assertThat(LaneMath.dot(values, 0, shifted, 3, values.length))
        .isEqualTo(squares, within(1e-12 * squares + 1e-300));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 7, 8, 9, 16, 1000})
  void nothingIsLeftOut(int length) {
    double[] ones = new double[length];
    Arrays.fill(ones, 1);
    assertThat(LaneMath.sum(ones, 0, length)).isEqualTo(length);
    assertThat(LaneMath.dot(ones, 0, ones, 0, length)).isEqualTo(length);
  }
}
