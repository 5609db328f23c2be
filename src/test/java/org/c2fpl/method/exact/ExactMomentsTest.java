package org.c2fpl.method.exact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.MathContext;
import java.util.SplittableRandom;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class ExactMomentsTest {

  @Provide
  Arbitrary<double[]> doubles() {
    return Exactly.doubles();
  }

  @Property
  void agreesWithDecimalArithmetic(@ForAll("doubles") double[] values) {
    ExactMoments moments = ExactMoments.of(values);
    assertThat(moments.count()).isEqualTo(values.length);
    assertThat(moments.mean()).isEqualTo(Exactly.mean(values).doubleValue() + 0.0);
    if (values.length > 1) {
      assertThat(moments.sampleVariance()).isEqualTo(Exactly.sampleVariance(values).doubleValue());
      assertThat(moments.sampleDeviation())
          .isEqualTo(
              Exactly.sampleVariance(values)
                  .round(new MathContext(120))
                  .sqrt(new MathContext(60))
                  .doubleValue());
    }
  }

  @Property
  void orderAndMergesLeaveNoTrace(
      @ForAll("doubles") double[] values, @ForAll long seed, @ForAll long tree) {
    double[] shuffled = Exactly.shuffled(values, seed);
    SplittableRandom random = new SplittableRandom(tree);
    ExactMoments[] parts = new ExactMoments[1 + random.nextInt(4)];
    for (int p = 0; p < parts.length; p++) {
      parts[p] = new ExactMoments();
    }
    for (double value : shuffled) {
      parts[random.nextInt(parts.length)].add(value);
    }
    for (int left = parts.length; left > 1; left--) {
      parts[random.nextInt(left - 1)].merge(parts[left - 1]);
    }
    ExactMoments whole = ExactMoments.of(values);
    assertThat(parts[0]).isEqualTo(whole).hasSameHashCodeAs(whole);
    assertThat(parts[0].mean()).isEqualTo(whole.mean());
    assertThat(parts[0].sampleDeviation()).isEqualTo(whole.sampleDeviation());
    assertThat(ExactMoments.fromBytes(whole.toBytes())).isEqualTo(whole);
    assertThat(Exactly.serialized(whole)).isEqualTo(whole);
  }

  @Test
  void survivesCancellation() {
    ExactMoments moments = ExactMoments.of(1e9, 1e9 + 1, 1e9 + 2);
    assertThat(moments.mean()).isEqualTo(1e9 + 1);
    assertThat(moments.sampleVariance()).isEqualTo(1);
    // The variance overflows, its root does not: √((1e300)² / 2 · 2) = 1e300.
    assertThat(ExactMoments.of(-1e300, 0, 1e300).sampleVariance()).isInfinite();
    assertThat(ExactMoments.of(-1e300, 0, 1e300).sampleDeviation()).isEqualTo(1e300);
    assertThat(ExactMoments.of(-1e-300, 0, 1e-300).sampleDeviation()).isEqualTo(1e-300);
  }

  @Test
  void oneNumberDoesNotDeviate() {
    ExactMoments one = ExactMoments.of(0.1);
    assertThat(one.mean()).isEqualTo(0.1);
    assertThat(one.sampleVariance()).isZero();
    assertThat(one.sampleDeviation()).isZero();
    assertThat(ExactMoments.of(0.1, 0.1, 0.1).sampleDeviation()).isZero();
  }

  @Test
  void everydayNumbersSerialiseSmall() {
    ExactMoments moments = new ExactMoments();
    SplittableRandom random = new SplittableRandom(7);
    for (int i = 0; i < 10_000; i++) {
      moments.add(random.nextDouble(10, 60));
    }
    assertThat(moments.toBytes().length).isLessThan(60);
  }

  @Test
  void refusesWhatIsNotFiniteAndNothing() {
    ExactMoments moments = new ExactMoments();
    assertThatThrownBy(() -> moments.add(Double.POSITIVE_INFINITY))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("A sum takes finite numbers, not Infinity.");
    assertThat(moments.count()).isZero();
    assertThatThrownBy(moments::mean)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("Moments of no numbers are not defined.");
  }
}
