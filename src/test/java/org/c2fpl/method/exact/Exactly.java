package org.c2fpl.method.exact;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;

/** Decimal arithmetic wide enough to hold sums and squares of doubles without loss. */
public final class Exactly {
  static final MathContext WIDE = new MathContext(3500, RoundingMode.HALF_EVEN);

  private Exactly() {}

  static BigDecimal sum(double... values) {
    BigDecimal sum = BigDecimal.ZERO;
    for (double value : values) {
      sum = sum.add(new BigDecimal(value));
    }
    return sum;
  }

  public static BigDecimal mean(double... values) {
    return sum(values).divide(BigDecimal.valueOf(values.length), WIDE);
  }

  /** By the definition, Σ (x − mean)² / (n − 1), with n times the deviations to stay exact. */
  static BigDecimal sampleVariance(double... values) {
    BigDecimal n = BigDecimal.valueOf(values.length);
    BigDecimal sum = sum(values);
    BigDecimal squares = BigDecimal.ZERO;
    for (double value : values) {
      BigDecimal scaledDeviation = new BigDecimal(value).multiply(n).subtract(sum);
      squares = squares.add(scaledDeviation.multiply(scaledDeviation));
    }
    return squares.divide(n.multiply(n).multiply(n.subtract(BigDecimal.ONE)), WIDE);
  }

  /** Typical numbers, extremes of the range, neighbours of each other, signs and zeros. */
  static Arbitrary<double[]> doubles() {
    Arbitrary<Double> nearOne = Arbitraries.integers().between(-4, 4).map(i -> 1 + i * 0x1p-52);
    Arbitrary<Double> anywhere =
        Arbitraries.longs().map(Double::longBitsToDouble).filter(Double::isFinite);
    Arbitrary<Double> special =
        Arbitraries.of(
            0.0, -0.0, 1e300, -1e300, 1e-300, -1e-300, Double.MIN_VALUE, Double.MAX_VALUE, 1e16);
    return Arbitraries.oneOf(nearOne, anywhere, special, Arbitraries.doubles().between(0, 100))
        .array(double[].class)
        .ofMinSize(1)
        .ofMaxSize(12)
        .withoutEdgeCases();
  }

  static double[] shuffled(double[] values, long seed) {
    Random random = new Random(seed);
    double[] shuffled = values.clone();
    for (int i = shuffled.length - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      double swap = shuffled[i];
      shuffled[i] = shuffled[j];
      shuffled[j] = swap;
    }
    return shuffled;
  }

  @SuppressWarnings({"unchecked", "BanSerializableRead"})
  public static <T> T serialized(T value) {
    try {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
        out.writeObject(value);
      }
      try (ObjectInputStream in =
          new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
        return (T) in.readObject();
      }
    } catch (IOException | ClassNotFoundException e) {
      throw new AssertionError(e);
    }
  }
}
