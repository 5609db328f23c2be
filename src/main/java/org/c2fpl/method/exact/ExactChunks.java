package org.c2fpl.method.exact;

import java.math.BigInteger;

/**
 * A fixed-point integer wide enough for every sum: signed 64-bit chunks at a stride of 32 bits,
 * {@code Σ chunks[i] · 2^(32 i)}, in a slice of an array.
 *
 * <p>An addition touches three to five chunks and adds less than {@code 2^33} to each, so the
 * carries may wait for {@link #ADDITIONS_BEFORE_CARRY} additions. After {@link #carry} every chunk
 * except the last is in {@code [0, 2^32)} and the last holds the sign: the form is unique for any
 * order of additions.
 */
public final class ExactChunks {
  /**
   * The number of additions of magnitude below {@code 2^33} per chunk that fit into a carried
   * chunk.
   */
  public static final int ADDITIONS_BEFORE_CARRY = 1 << 29;

  private static final long LOW_WORD = 0xFFFFFFFFL;

  private ExactChunks() {}

  /** Adds {@code value · 2^bit}, |value| {@literal <} 2^53. */
  public static void add(long[] chunks, int at, long value, int bit) {
    int i = at + (bit >>> 5);
    int shift = bit & 31;
    long low = (value & LOW_WORD) << shift;
    long high = (value >> 32) << shift;
    chunks[i] += low & LOW_WORD;
    chunks[i + 1] += (low >>> 32) + (high & LOW_WORD);
    chunks[i + 2] += high >> 32;
  }

  /** Adds {@code value² · 2^bit}, 0 ≤ value < 2^53. */
  static void addSquare(long[] chunks, int at, long value, int bit) {
    long high = Math.multiplyHigh(value, value);
    long low = value * value;
    int i = at + (bit >>> 5);
    int shift = bit & 31;
    long w0 = (low & LOW_WORD) << shift;
    long w1 = (low >>> 32) << shift;
    long w2 = (high & LOW_WORD) << shift;
    long w3 = (high >>> 32) << shift;
    chunks[i] += w0 & LOW_WORD;
    chunks[i + 1] += (w0 >>> 32) + (w1 & LOW_WORD);
    chunks[i + 2] += (w1 >>> 32) + (w2 & LOW_WORD);
    chunks[i + 3] += (w2 >>> 32) + (w3 & LOW_WORD);
    chunks[i + 4] += w3 >>> 32;
  }

  /** Moves what exceeds 32 bits of a chunk to the next one. */
  public static void carry(long[] chunks, int at, int length) {
    for (int i = at; i < at + length - 1; i++) {
      chunks[i + 1] += chunks[i] >> 32;
      chunks[i] &= LOW_WORD;
    }
  }

  /** Adds one slice to another; both must have been carried, and so is the result. */
  public static void merge(long[] chunks, int at, long[] other, int otherAt, int length) {
    for (int i = 0; i < length; i++) {
      chunks[at + i] += other[otherAt + i];
    }
    carry(chunks, at, length);
  }

  /** The integer a carried slice holds. */
  public static BigInteger toBigInteger(long[] chunks, int at, int length) {
    byte[] bytes = new byte[4 * (length - 1) + 8];
    int position = 0;
    for (int shift = 56; shift >= 0; shift -= 8) {
      bytes[position++] = (byte) (chunks[at + length - 1] >> shift);
    }
    for (int i = at + length - 2; i >= at; i--) {
      for (int shift = 24; shift >= 0; shift -= 8) {
        bytes[position++] = (byte) (chunks[i] >> shift);
      }
    }
    return new BigInteger(bytes);
  }

  /** Writes an integer into an empty slice, carried. */
  static void fromBigInteger(BigInteger value, long[] chunks, int at, int length) {
    for (int i = 0; i < length - 1; i++) {
      chunks[at + i] = value.shiftRight(32 * i).intValue() & LOW_WORD;
    }
    chunks[at + length - 1] = value.shiftRight(32 * (length - 1)).longValueExact();
  }
}
