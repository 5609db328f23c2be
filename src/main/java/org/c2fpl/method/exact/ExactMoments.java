package org.c2fpl.method.exact;

import java.io.Serializable;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Count, sum and sum of squares of doubles, exact: μ and σ of Eqs. 1 and 2, Γ and Σ of Eqs. 3 and
 * 4.
 *
 * <p>Mean, variance and deviation are rounded once from exact rationals, so any order of additions
 * and any tree of merges gives the same bits, without cancellation. 1.6 KB for any count; additions
 * allocate nothing; the serialised form of typical numbers is some tens of bytes. Not safe for use
 * by several threads at once.
 */
public final class ExactMoments implements Serializable {
  private static final long serialVersionUID = 1L;

  /** 4196 bits of squares and 64 for their number, in words of 32. */
  private static final int SQUARE_CHUNKS = 134;

  private static final int SUM_CHUNKS = ExactSum.CHUNKS;

  private static final int MOST_BYTES = 32 + 4 * (SUM_CHUNKS + SQUARE_CHUNKS + 2);

  private static final int LOWEST_SQUARE_EXPONENT = 2 * ExactSum.LOWEST_EXPONENT;

  private long count;
  private final long[] chunks = new long[SUM_CHUNKS + SQUARE_CHUNKS];
  private int additions;

  /** Moments of no numbers. */
  public ExactMoments() {}

  /** The moments of some numbers. */
  public static ExactMoments of(double... values) {
    ExactMoments moments = new ExactMoments();
    for (double value : values) {
      moments.add(value);
    }
    return moments;
  }

  /**
   * Adds a number.
   *
   * @throws IllegalArgumentException if it is NaN or infinite
   */
  public void add(double x) {
    long bits = Double.doubleToRawLongBits(x);
    int biased = ExactSum.biasedExponent(bits);
    ExactSum.requireFinite(biased, x);
    long mantissa = ExactSum.mantissa(bits, biased);
    int bit = ExactSum.bit(biased);
    long sign = bits >> 63;
    if (additions == ExactChunks.ADDITIONS_BEFORE_CARRY) {
      carry();
    }
    additions++;
    count++;
    ExactChunks.add(chunks, 0, (mantissa ^ sign) - sign, bit);
    // The square of the integer mantissa: exact over the whole range, where a floating-point
    // two-product would overflow beyond 1e154 and lose bits below 1e-146.
    ExactChunks.addSquare(chunks, SUM_CHUNKS, mantissa, 2 * bit);
  }

  /** Adds the numbers of other moments. */
  public void merge(ExactMoments other) {
    carry();
    other.carry();
    count += other.count;
    ExactChunks.merge(chunks, 0, other.chunks, 0, SUM_CHUNKS);
    ExactChunks.merge(chunks, SUM_CHUNKS, other.chunks, SUM_CHUNKS, SQUARE_CHUNKS);
  }

  /** The number of numbers added. */
  public long count() {
    return count;
  }

  /**
   * The mean, correctly rounded.
   *
   * @throws IllegalStateException if nothing was added
   */
  public double mean() {
    requireSome();
    return Rounding.quotient(sum(), BigInteger.valueOf(count), ExactSum.LOWEST_EXPONENT);
  }

  /**
   * The sample variance {@code (n Σx² − (Σx)²) / (n (n − 1))}, correctly rounded; 0 for one number.
   *
   * @throws IllegalStateException if nothing was added
   */
  public double sampleVariance() {
    requireSome();
    return count == 1 ? 0 : Rounding.quotient(squaredSpread(), pairs(), LOWEST_SQUARE_EXPONENT);
  }

  /**
   * The square root of the exact sample variance, correctly rounded; 0 for one number.
   *
   * @throws IllegalStateException if nothing was added
   */
  public double sampleDeviation() {
    requireSome();
    return count == 1 ? 0 : Rounding.squareRoot(squaredSpread(), pairs(), LOWEST_SQUARE_EXPONENT);
  }

  /** Count, sum and sum of squares, exact, in a special form for aggregation buffers. */
  public byte[] toBytes() {
    BigInteger sum = sum();
    BigInteger squares = squares();
    ByteBuffer buffer = ByteBuffer.allocate(MOST_BYTES).putLong(count);
    writeTrimmed(sum, buffer);
    writeTrimmed(squares, buffer);
    return Arrays.copyOf(buffer.array(), buffer.position());
  }

  /** The moments that {@link #toBytes} wrote. */
  public static ExactMoments fromBytes(byte[] bytes) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    ExactMoments moments = new ExactMoments();
    moments.count = buffer.getLong();
    ExactChunks.fromBigInteger(readTrimmed(buffer), moments.chunks, 0, SUM_CHUNKS);
    ExactChunks.fromBigInteger(readTrimmed(buffer), moments.chunks, SUM_CHUNKS, SQUARE_CHUNKS);
    return moments;
  }

  /** Whether counts, sums and sums of squares are exactly equal. */
  @Override
  public boolean equals(Object other) {
    return other instanceof ExactMoments that
        && count == that.count
        && sum().equals(that.sum())
        && squares().equals(that.squares());
  }

  @Override
  public int hashCode() {
    return 31 * (31 * Long.hashCode(count) + sum().hashCode()) + squares().hashCode();
  }

  @Override
  public String toString() {
    return count == 0
        ? "ExactMoments[count=0]"
        : "ExactMoments[count=" + count + ", mean=" + mean() + "]";
  }

  private BigInteger sum() {
    carry();
    return ExactChunks.toBigInteger(chunks, 0, SUM_CHUNKS);
  }

  private BigInteger squares() {
    carry();
    return ExactChunks.toBigInteger(chunks, SUM_CHUNKS, SQUARE_CHUNKS);
  }

  /** {@code n Σx² − (Σx)²} in units of 2^−2148. */
  private BigInteger squaredSpread() {
    BigInteger sum = sum();
    return squares().multiply(BigInteger.valueOf(count)).subtract(sum.multiply(sum));
  }

  private BigInteger pairs() {
    return BigInteger.valueOf(count).multiply(BigInteger.valueOf(count - 1));
  }

  private void carry() {
    ExactChunks.carry(chunks, 0, SUM_CHUNKS);
    ExactChunks.carry(chunks, SUM_CHUNKS, SQUARE_CHUNKS);
    additions = 0;
  }

  private void requireSome() {
    if (count == 0) {
      throw new IllegalStateException("Moments of no numbers are not defined.");
    }
  }

  /** Without the trailing zeros, which are most of the bits of typical numbers. */
  private static void writeTrimmed(BigInteger value, ByteBuffer buffer) {
    int zeros = Math.max(0, value.getLowestSetBit());
    byte[] bytes = value.shiftRight(zeros).toByteArray();
    buffer.putShort((short) zeros).putShort((short) bytes.length).put(bytes);
  }

  private static BigInteger readTrimmed(ByteBuffer buffer) {
    int zeros = buffer.getShort();
    byte[] bytes = new byte[buffer.getShort()];
    buffer.get(bytes);
    return new BigInteger(bytes).shiftLeft(zeros);
  }

  private Object writeReplace() {
    return new Serialized(toBytes());
  }

  private record Serialized(byte[] bytes) implements Serializable {
    Object readResolve() {
      return fromBytes(bytes);
    }
  }
}
