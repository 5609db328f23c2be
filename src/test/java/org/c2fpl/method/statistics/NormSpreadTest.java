package org.c2fpl.method.statistics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.c2fpl.method.exact.ExactMoments;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NormSpreadTest {
  @ParameterizedTest
  @ValueSource(ints = {64, 128, 512, 2048})
  void vectorsScaledToOneLengthAreRounding(int dim) {
    NormSpread exact = spread(dim, 1, value -> value);
    NormSpread single = spread(dim, 1, value -> (double) (float) value);
    NormSpread half = spread(dim, 1, value -> rounded(value, 11));
    assertThat(exact.relative()).isLessThan(1e-14);
    assertThat(single.relative()).isLessThan(half.relative());
    // What the class says of rounding.
    assertThat(single.relative()).isBetween(1e-10, 0x1p-24 / Math.sqrt(dim));
    assertThat(half.relative()).isBetween(1e-6, 0x1p-11 / Math.sqrt(dim));
    for (NormSpread spread : new NormSpread[] {exact, single, half}) {
      assertThat(spread.isRounding()).isTrue();
      assertThat(spread.isSmall()).isFalse();
    }
  }

  @Test
  void boundsAreRelativeToTheMean() {
    for (double mean : new double[] {1e-3, 1, -20, 1e6}) {
      double size = Math.abs(mean);
      assertThat(new NormSpread(mean, 0.99e-4 * size).isRounding()).isTrue();
      assertThat(new NormSpread(mean, 1.01e-4 * size).isRounding()).isFalse();
      assertThat(new NormSpread(mean, 1.01e-4 * size).isSmall()).isTrue();
      assertThat(new NormSpread(mean, 0.99e-3 * size).isSmall()).isTrue();
      assertThat(new NormSpread(mean, 1.01e-3 * size).isSmall()).isFalse();
      assertThat(new NormSpread(mean, 0.01 * size).isRounding()).isFalse();
      assertThat(new NormSpread(mean, 0.01 * size).isSmall()).isFalse();
    }
    assertThat(new NormSpread(0, 0).isRounding()).isTrue();
    assertThat(new NormSpread(0, 1).isRounding()).isFalse();
  }

  private interface Storage {
    double stored(double value);
  }

  private static NormSpread spread(int dim, double length, Storage storage) {
    Random random = new Random(dim);
    ExactMoments moments = new ExactMoments();
    for (int segment = 0; segment < 500; segment++) {
      double[] values = random.doubles(dim).map(uniform -> uniform - 0.3).toArray();
      double norm = norm(values);
      for (int i = 0; i < dim; i++) {
        values[i] = storage.stored(values[i] / norm * length);
      }
      moments.add(norm(values));
    }
    return new NormSpread(moments.mean(), moments.sampleDeviation());
  }

  private static double norm(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value * value;
    }
    return Math.sqrt(sum);
  }

  /** To this number of binary digits, as float16 stores 11 of a number that is not tiny. */
  private static double rounded(double value, int digits) {
    double unit = Math.scalb(1.0, Math.getExponent(value) - digits + 1);
    return Math.rint(value / unit) * unit;
  }
}
