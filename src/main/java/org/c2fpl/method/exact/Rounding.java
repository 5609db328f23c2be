package org.c2fpl.method.exact;

import java.math.BigInteger;

/** Rounds exact rationals and their square roots to doubles: once, half to even. */
public final class Rounding {
  /** Bits kept above a double's 53 before the sticky bit; more than enough to round once. */
  private static final int KEPT_BITS = 66;

  private Rounding() {}

  /** {@code numerator / denominator · 2^exponent}; the denominator is positive. */
  public static double quotient(BigInteger numerator, BigInteger denominator, int exponent) {
    if (numerator.signum() == 0) {
      return 0;
    }
    // Typical numbers end in some thousand zeros, which would make the division slow.
    int zeros = numerator.getLowestSetBit();
    BigInteger magnitude = numerator.abs().shiftRight(zeros);
    int shift = Math.max(0, KEPT_BITS - (magnitude.bitLength() - denominator.bitLength()));
    BigInteger[] parts = magnitude.shiftLeft(shift).divideAndRemainder(denominator);
    double rounded = round(parts[0], parts[1].signum() != 0, exponent + zeros - shift);
    return numerator.signum() < 0 ? -rounded : rounded;
  }

  /** {@code √(numerator / denominator · 2^exponent)}; the numerator is not negative. */
  public static double squareRoot(BigInteger numerator, BigInteger denominator, int exponent) {
    if (numerator.signum() == 0) {
      return 0;
    }
    int zeros = numerator.getLowestSetBit();
    BigInteger magnitude = numerator.shiftRight(zeros);
    int unit = exponent + zeros;
    int shift = Math.max(0, 2 * KEPT_BITS - (magnitude.bitLength() - denominator.bitLength()));
    if (((unit - shift) & 1) != 0) {
      shift++;
    }
    BigInteger[] parts = magnitude.shiftLeft(shift).divideAndRemainder(denominator);
    BigInteger[] root = parts[0].sqrtAndRemainder();
    boolean inexact = parts[1].signum() != 0 || root[1].signum() != 0;
    return round(root[0], inexact, (unit - shift) / 2);
  }

  /**
   * {@code (value + something in (0, 1) if inexact) · 2^exponent}; value has {@link #KEPT_BITS}.
   */
  private static double round(BigInteger value, boolean inexact, int exponent) {
    int unit = Math.max(value.bitLength() + exponent - 53, Double.MIN_EXPONENT - 52);
    int dropped = unit - exponent;
    BigInteger kept = value.shiftRight(dropped);
    boolean half = value.testBit(dropped - 1);
    boolean aboveHalf = inexact || value.getLowestSetBit() < dropped - 1;
    long mantissa = kept.longValueExact();
    if (half && (aboveHalf || (mantissa & 1) != 0)) {
      mantissa++;
    }
    return Math.scalb((double) mantissa, unit);
  }
}
