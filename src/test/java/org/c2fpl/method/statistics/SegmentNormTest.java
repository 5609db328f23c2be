package org.c2fpl.method.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.FloatRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class SegmentNormTest {

  static byte[] bytes(float... values) {
    ByteBuffer buffer = ByteBuffer.allocate(values.length * 4).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : values) {
      buffer.putFloat(value);
    }
    return buffer.array();
  }

  @Test
  void averagesTheNormsOfTheCrops() {
    // Two crops of three: norms 5 and 13.
    assertThat(SegmentNorm.meanNorm(bytes(3, 0, 4, 5, 12, 0), 2, 3)).isEqualTo(9.0);
  }

  @Test
  void theSquareIsTakenPerCrop() {
    byte[] features = bytes(3, 0, 4, 5, 12, 0);
    assertThat(SegmentNorm.mean(NormKind.SQUARED, features, 2, 3)).isEqualTo((25 + 169) / 2.0);
    FeatureProfile profile = new FeatureProfile(new double[] {1, 0, 0}, new double[] {2, 0, 4});
    // Standardised: (1, 0, 1) and (2, 0, 0).
    assertThat(SegmentNorm.mean(NormKind.SQUARED, features, 2, profile)).isEqualTo(3.0);
    assertThat(SegmentNorm.mean(NormKind.L2, features, 2, profile))
        .isEqualTo((Math.sqrt(2) + 2) / 2);
  }

  @Test
  void sumsInDouble() {
    float[] features = new float[2048];
    features[0] = 4096;
    for (int d = 1; d < features.length; d++) {
      features[d] = 0.25f;
    }
    // A float sum would lose every 1/16 next to 2^24.
    assertThat(SegmentNorm.meanNorm(bytes(features), 1, 2048))
        .isEqualTo(Math.sqrt(4096.0 * 4096 + 2047 / 16.0));
  }

  @Property
  void agreesWithDecimalArithmetic(
      @ForAll @Size(min = 1, max = 60) float[] values, @ForAll @IntRange(min = 1, max = 3) int n) {
    int crops = values.length % n == 0 ? n : 1;
    int dim = values.length / crops;
    MathContext digits = new MathContext(60);
    BigDecimal norms = BigDecimal.ZERO;
    for (int crop = 0; crop < crops; crop++) {
      BigDecimal squares = BigDecimal.ZERO;
      for (int d = 0; d < dim; d++) {
        BigDecimal x = new BigDecimal(values[crop * dim + d]);
        squares = squares.add(x.multiply(x));
      }
      norms = norms.add(squares.sqrt(digits));
    }
    double expected = norms.divide(BigDecimal.valueOf(crops), digits).doubleValue();
    assertThat(SegmentNorm.meanNorm(bytes(values), crops, dim))
        .isCloseTo(expected, within(1e-13 * expected));
  }

  @Property
  void standardisesAsTheProfileDoes(
      @ForAll @Size(min = 6, max = 6) @FloatRange(min = -1000, max = 1000) float[] values,
      @ForAll @IntRange(min = 1, max = 2) int crops) {
    int dim = 6 / crops;
    double[] mean = new double[dim];
    double[] deviation = new double[dim];
    for (int d = 0; d < dim; d++) {
      mean[d] = 0.5 * d - 1;
      deviation[d] = d == 1 ? 0 : 1 + d;
    }
    FeatureProfile profile = new FeatureProfile(mean, deviation);
    double norms = 0;
    float[] expected = new float[8];
    for (int crop = 0; crop < crops; crop++) {
      double squares = 0;
      for (int d = 0; d < dim; d++) {
        double z = d == 1 ? 0 : (values[crop * dim + d] - mean[d]) / deviation[d];
        squares += z * z;
        expected[1 + crop * dim + d] = (float) z;
      }
      norms += Math.sqrt(squares);
    }
    float[] out = new float[8];
    profile.standardize(bytes(values), crops, out, 1);
    assertThat(out).containsExactly(expected);
    assertThat(SegmentNorm.meanNorm(bytes(values), crops, profile))
        .isCloseTo(norms / crops, within(1e-12 * norms));
  }

  @Test
  void refusesAnotherLength() {
    assertThatThrownBy(() -> SegmentNorm.meanNorm(new byte[20], 2, 3))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("A segment of 2 crops × 3 float32 has 24 bytes, but this one has 20.");
    FeatureProfile profile = new FeatureProfile(new double[3], new double[3]);
    assertThatThrownBy(() -> SegmentNorm.meanNorm(new byte[28], 2, profile))
        .hasMessage("A segment of 2 crops × 3 float32 has 24 bytes, but this one has 28.");
    assertThatThrownBy(() -> profile.standardize(new byte[20], 2, new float[6], 0))
        .hasMessage("A segment of 2 crops × 3 float32 has 24 bytes, but this one has 20.");
    assertThatThrownBy(() -> profile.standardize(new byte[24], 2, new float[6], 1))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> SegmentNorm.meanNorm(new byte[0], 0, 3))
        .hasMessage("A segment needs at least 1 crop and 1 dimension, not 0 × 3.");
  }

  @Test
  void profileIsAValue() {
    double[] mean = {1, 2};
    FeatureProfile profile = new FeatureProfile(mean, new double[] {3, 4});
    mean[0] = 9;
    profile.mean()[1] = 9;
    profile.deviation()[1] = 9;
    assertThat(profile).isEqualTo(new FeatureProfile(new double[] {1, 2}, new double[] {3, 4}));
    assertThat(profile)
        .hasSameHashCodeAs(new FeatureProfile(new double[] {1, 2}, new double[] {3, 4}));
    assertThat(profile).isNotEqualTo(new FeatureProfile(new double[] {1, 2}, new double[] {3, 5}));
  }

  @Test
  void profileRefusesWhatIsNoDeviation() {
    assertThatThrownBy(() -> new FeatureProfile(new double[2], new double[1]))
        .hasMessage(
            "A feature profile needs as many deviations as means, at least one: "
                + "found 2 means and 1 deviations.");
    assertThatThrownBy(() -> new FeatureProfile(new double[2], new double[] {0, -1}))
        .hasMessage(
            "A feature profile needs finite means and deviations ≥ 0: "
                + "dimension 1 has mean 0.0 and deviation -1.0.");
  }
}
