package org.c2fpl.method.exact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.math.BigInteger;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class ExactSumTest {

  @Provide
  Arbitrary<double[]> doubles() {
    return Exactly.doubles();
  }

  private static ExactSum sumOf(double... values) {
    ExactSum sum = new ExactSum();
    for (double value : values) {
      sum.add(value);
    }
    return sum;
  }

  @Property
  void roundsTheExactSumOnce(@ForAll("doubles") double[] values) {
    assertThat(sumOf(values).value()).isEqualTo(Exactly.sum(values).doubleValue() + 0.0);
  }

  @Property
  void orderAndMergesLeaveNoTrace(
      @ForAll("doubles") double[] values, @ForAll long seed, @ForAll byte cut) {
    int split = Math.floorMod(cut, values.length + 1);
    double[] shuffled = Exactly.shuffled(values, seed);
    ExactSum left = new ExactSum();
    ExactSum right = new ExactSum();
    for (int i = 0; i < shuffled.length; i++) {
      (i < split ? left : right).add(shuffled[i]);
    }
    right.merge(left);
    ExactSum whole = sumOf(values);
    assertThat(right).isEqualTo(whole).hasSameHashCodeAs(whole);
    assertThat(right.value()).isEqualTo(whole.value());
    assertThat(ExactSum.fromBytes(whole.toBytes())).isEqualTo(whole);
    assertThat(Exactly.serialized(whole)).isEqualTo(whole);
  }

  @Test
  void keepsWhatCancellationLoses() {
    assertThat(sumOf(1e300, 1, -1e300, 1e-300, -1).value()).isEqualTo(1e-300);
    assertThat(sumOf(Double.MAX_VALUE, Double.MAX_VALUE).value())
        .isEqualTo(Double.POSITIVE_INFINITY);
    assertThat(sumOf(-Double.MAX_VALUE, -Double.MAX_VALUE, Double.MAX_VALUE).value())
        .isEqualTo(-Double.MAX_VALUE);
  }

  @Test
  void roundsHalfToEven() {
    assertThat(sumOf(1, 0x1p-53).value()).isEqualTo(1);
    assertThat(sumOf(1, 0x1p-53, Double.MIN_VALUE).value()).isEqualTo(1 + 0x1p-52);
    assertThat(sumOf(1 + 0x1p-52, 0x1p-53).value()).isEqualTo(1 + 0x1p-51);
  }

  @Test
  void givesTheSumInUnitsOfTheSmallestDouble() {
    assertThat(sumOf(Double.MIN_VALUE, 3 * Double.MIN_VALUE).exact())
        .isEqualTo(BigInteger.TWO.pow(2));
    assertThat(sumOf(-1).exact()).isEqualTo(BigInteger.ONE.shiftLeft(1074).negate());
  }

  @Test
  void carriesBeforeAChunkOverflows() {
    // The law behind ADDITIONS_BEFORE_CARRY: that many of the largest steps fit into a carried
    // chunk.
    long largestStep = 2 * ((1L << 32) - 1);
    BigInteger most =
        BigInteger.valueOf(largestStep)
            .multiply(BigInteger.valueOf(ExactChunks.ADDITIONS_BEFORE_CARRY))
            .add(BigInteger.ONE.shiftLeft(32));
    assertThat(most.bitLength()).isLessThanOrEqualTo(63);
    ExactSum sum = new ExactSum();
    double x = Math.nextDown(2.0);
    for (int i = 0; i < 1_000_000; i++) {
      sum.add(i % 3 == 0 ? -x : x);
    }
    assertThat(sum.value())
        .isEqualTo(new BigDecimal(x).multiply(BigDecimal.valueOf(333_332)).doubleValue());
  }

  @Test
  void refusesWhatIsNotFinite() {
    assertThatThrownBy(() -> sumOf(Double.NaN))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("A sum takes finite numbers, not NaN.");
    assertThatThrownBy(() -> sumOf(Double.NEGATIVE_INFINITY))
        .hasMessage("A sum takes finite numbers, not -Infinity.");
  }
}
