package org.c2fpl.method.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.c2fpl.method.exact.ExactMoments;
import org.c2fpl.method.exact.Exactly;
import org.junit.jupiter.api.Test;

class ExactVectorMomentsTest {
  private static final int DIM = 2;

  @Provide
  Arbitrary<float[]> floats() {
    Arbitrary<Float> anywhere =
        Arbitraries.integers().map(Float::intBitsToFloat).filter(Float::isFinite);
    Arbitrary<Float> special =
        Arbitraries.of(0f, -0f, Float.MAX_VALUE, -Float.MAX_VALUE, Float.MIN_VALUE, 1e7f);
    return Arbitraries.oneOf(anywhere, special, Arbitraries.floats().between(-5, 5))
        .array(float[].class)
        .ofSize(12)
        .withoutEdgeCases();
  }

  @Property
  void agreesWithScalarMomentsInAnyOrder(@ForAll("floats") float[] values) {
    // Three segments of two crops of two components.
    byte[][] segments = new byte[3][];
    double[][] byDimension = new double[DIM][6];
    for (int segment = 0; segment < 3; segment++) {
      float[] features = new float[4];
      for (int i = 0; i < 4; i++) {
        features[i] = values[segment * 4 + i];
        byDimension[i % DIM][segment * 2 + i / DIM] = features[i];
      }
      segments[segment] = SegmentNormTest.bytes(features);
    }
    ExactVectorMoments moments = new ExactVectorMoments(DIM);
    for (byte[] segment : segments) {
      moments.add(segment, 2);
    }
    FeatureProfile profile = moments.profile();
    for (int d = 0; d < DIM; d++) {
      assertThat(profile.mean()[d]).isEqualTo(Exactly.mean(byDimension[d]).doubleValue() + 0.0);
      assertThat(profile.deviation()[d])
          .isEqualTo(ExactMoments.of(byDimension[d]).sampleDeviation());
    }
    ExactVectorMoments left = new ExactVectorMoments(DIM);
    ExactVectorMoments right = new ExactVectorMoments(DIM);
    left.add(segments[2], 2);
    right.add(segments[1], 2);
    right.add(segments[0], 2);
    left.merge(Exactly.serialized(right));
    assertThat(left.profile()).isEqualTo(profile);
    assertThat(left.count()).isEqualTo(6);
  }

  @Test
  void keepsWhatTwoDoublesCannotHold() {
    ExactVectorMoments moments = new ExactVectorMoments(1);
    moments.add(SegmentNormTest.bytes(0x1p100f, 1, 0x1p-100f, 0), 4);
    moments.add(SegmentNormTest.bytes(-0x1p100f, -1, 0, 0), 4);
    assertThat(moments.profile().mean()).containsExactly(0x1p-103);
  }

  @Test
  void oneVectorDoesNotDeviate() {
    ExactVectorMoments moments = new ExactVectorMoments(2);
    moments.add(SegmentNormTest.bytes(3, 4), 1);
    assertThat(moments.profile())
        .isEqualTo(new FeatureProfile(new double[] {3, 4}, new double[] {0, 0}));
  }

  @Test
  void refusesWhatIsNotFiniteWhole() {
    ExactVectorMoments moments = new ExactVectorMoments(2);
    byte[] bad = SegmentNormTest.bytes(1, 2, 3, Float.NaN);
    assertThatThrownBy(() -> moments.add(bad, 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("A feature profile takes finite features, but component 1 of crop 1 is NaN.");
    assertThat(moments.count()).isZero();
    assertThatThrownBy(moments::profile)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("A feature profile of no segments is not defined.");
    assertThatThrownBy(() -> moments.add(new byte[8], 2))
        .hasMessage("A segment of 2 crops × 2 float32 has 16 bytes, but this one has 8.");
    assertThatThrownBy(() -> moments.merge(new ExactVectorMoments(3)))
        .hasMessage("Moments of 2 dimensions do not merge with those of 3.");
  }
}
