package org.c2fpl.method.exact;

import java.io.Serializable;
import java.math.BigInteger;
import java.util.Arrays;

/**
 * The exact sum of doubles: any order of additions and any tree of merges gives the same bits.
 *
 * <p>A fixed-point integer over the whole range of a double; 544 bytes, additions allocate nothing.
 * Not safe for use by several threads at once.
 */
public final class ExactSum implements Serializable {
  private static final long serialVersionUID = 1L;

  /** The exponent of the lowest bit: that of the smallest subnormal double. */
  public static final int LOWEST_EXPONENT = -1074;

  /** 2098 bits of doubles and 64 for their number, in words of 32. */
  static final int CHUNKS = 68;

  private final long[] chunks;
  private int additions;

  /** A sum of no numbers. */
  public ExactSum() {
    this(new long[CHUNKS]);
  }

  private ExactSum(long[] chunks) {
    this.chunks = chunks;
  }

  /**
   * Adds a number.
   *
   * @throws IllegalArgumentException if it is NaN or infinite
   */
  public void add(double x) {
    long bits = Double.doubleToRawLongBits(x);
    int biased = biasedExponent(bits);
    requireFinite(biased, x);
    long mantissa = mantissa(bits, biased);
    long sign = bits >> 63;
    if (additions == ExactChunks.ADDITIONS_BEFORE_CARRY) {
      carry();
    }
    additions++;
    ExactChunks.add(chunks, 0, (mantissa ^ sign) - sign, bit(biased));
  }

  /** Adds another sum. */
  public void merge(ExactSum other) {
    carry();
    other.carry();
    ExactChunks.merge(chunks, 0, other.chunks, 0, CHUNKS);
  }

  /** The sum, rounded once, half to even; ±infinity beyond the range of a double. */
  public double value() {
    return Rounding.quotient(exact(), BigInteger.ONE, LOWEST_EXPONENT);
  }

  /** The sum in units of 2^−1074. */
  public BigInteger exact() {
    carry();
    return ExactChunks.toBigInteger(chunks, 0, CHUNKS);
  }

  /**
   * The exact sum as a two's complement integer in units of 2^−1074, big-endian; 272 bytes at most.
   */
  public byte[] toBytes() {
    return exact().toByteArray();
  }

  /** The sum that {@link #toBytes} wrote. */
  public static ExactSum fromBytes(byte[] bytes) {
    ExactSum sum = new ExactSum();
    ExactChunks.fromBigInteger(new BigInteger(bytes), sum.chunks, 0, CHUNKS);
    return sum;
  }

  /** Whether both sums are exactly equal. */
  @Override
  public boolean equals(Object other) {
    if (!(other instanceof ExactSum that)) {
      return false;
    }
    carry();
    that.carry();
    return Arrays.equals(chunks, that.chunks);
  }

  @Override
  public int hashCode() {
    carry();
    return Arrays.hashCode(chunks);
  }

  @Override
  public String toString() {
    return Double.toString(value());
  }

  private void carry() {
    ExactChunks.carry(chunks, 0, CHUNKS);
    additions = 0;
  }

  private Object writeReplace() {
    return new Serialized(toBytes());
  }

  private record Serialized(byte[] bytes) implements Serializable {
    Object readResolve() {
      return fromBytes(bytes);
    }
  }

  public static int biasedExponent(long bits) {
    return (int) (bits >>> 52) & 0x7FF;
  }

  /** The integer that, times 2^(bit − 1074), is the magnitude of the double. */
  public static long mantissa(long bits, int biased) {
    long fraction = bits & 0xFFFFFFFFFFFFFL;
    return biased == 0 ? fraction : fraction | 0x10000000000000L;
  }

  public static int bit(int biased) {
    return biased == 0 ? 0 : biased - 1;
  }

  static void requireFinite(int biased, double x) {
    if (biased == 0x7FF) {
      throw new IllegalArgumentException("A sum takes finite numbers, not " + x + ".");
    }
  }
}
