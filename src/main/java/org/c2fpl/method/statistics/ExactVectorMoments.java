package org.c2fpl.method.statistics;

import java.io.Serializable;
import java.math.BigInteger;
import org.c2fpl.method.exact.ExactChunks;
import org.c2fpl.method.exact.ExactMoments;
import org.c2fpl.method.exact.ExactSum;
import org.c2fpl.method.exact.Rounding;

/**
 * Exact mean and sample deviation of every feature component over all crops of all segments: the
 * accumulator of a {@link FeatureProfile}. Order-free to the bit, like {@link ExactMoments}.
 *
 * <p>Each sum is held in two doubles that error-free transformations keep exact; the rest goes to a
 * fixed-point number, which is rare for features of ordinary range.
 *
 * <p>Memory: {@code dim × 272} bytes for any number of segments (0.6 MB for 2048 components);
 * additions allocate nothing. Not safe for use by several threads at once.
 */
public final class ExactVectorMoments implements Serializable {
  private static final long serialVersionUID = 1L;

  private static final int LOWEST_EXPONENT = -149;

  /** 277 bits of floats and 64 for their number, in words of 32. */
  private static final int SUM_CHUNKS = 11;

  /** 554 bits of squares and 64 for their number, in words of 32: the last one has room for 42. */
  private static final int SQUARE_CHUNKS = 19;

  private static final int CHUNKS = SUM_CHUNKS + SQUARE_CHUNKS;

  private final int dim;
  private final long[] chunks;
  private final double[] sum;
  private final double[] sumRest;
  private final double[] squares;
  private final double[] squaresRest;
  private long count;
  private int additions;

  /** Moments of no vectors, for vectors of {@code dim} components. */
  public ExactVectorMoments(int dim) {
    if (dim < 1) {
      throw new IllegalArgumentException("Vectors need at least 1 dimension, not " + dim + ".");
    }
    this.dim = dim;
    this.chunks = new long[Math.multiplyExact(dim, CHUNKS)];
    this.sum = new double[dim];
    this.sumRest = new double[dim];
    this.squares = new double[dim];
    this.squaresRest = new double[dim];
  }

  /**
   * Adds every crop of a segment.
   *
   * @param features {@code crops × dim} float32, little-endian, row-major
   * @throws IllegalArgumentException if {@code features} has another length, or holds a NaN or an
   *     infinity; nothing has been added then
   */
  public void add(byte[] features, int crops) {
    SegmentNorm.requireLength(features.length, crops, dim);
    requireFinite(features);
    if (additions > ExactChunks.ADDITIONS_BEFORE_CARRY - crops) {
      carry();
    }
    additions += crops;
    count += crops;
    for (int crop = 0; crop < crops; crop++) {
      addCrop(features, crop * dim * Float.BYTES);
    }
  }

  private void addCrop(byte[] features, int from) {
    for (int d = 0; d < dim; d++) {
      double x = SegmentNorm.floatAt(features, from + d * Float.BYTES);
      double left = added(sum, sumRest, d, x);
      if (left != 0) {
        spill(d * CHUNKS, left, LOWEST_EXPONENT);
      }
      // 24 bits squared are 48: the product is exact.
      left = added(squares, squaresRest, d, x * x);
      if (left != 0) {
        spill(d * CHUNKS + SUM_CHUNKS, left, 2 * LOWEST_EXPONENT);
      }
    }
  }

  /** Adds to the number in two doubles and returns the part that does not fit, all exact. */
  private static double added(double[] high, double[] low, int d, double x) {
    double total = high[d] + x;
    double rest = error(high[d], x, total);
    high[d] = total;
    double restTotal = low[d] + rest;
    double left = error(low[d], rest, restTotal);
    low[d] = restTotal;
    return left;
  }

  /** {@code a + b − total}, exact, where total is the rounded {@code a + b} (Knuth's two-sum). */
  private static double error(double a, double b, double total) {
    double part = total - a;
    return (a - (total - part)) + (b - part);
  }

  /** Adds a double that is a multiple of 2^lowestExponent to a fixed-point number. */
  private void spill(int at, double value, int lowestExponent) {
    long bits = Double.doubleToRawLongBits(value);
    int biased = ExactSum.biasedExponent(bits);
    long mantissa = ExactSum.mantissa(bits, biased);
    long sign = bits >> 63;
    int bit = ExactSum.bit(biased) + ExactSum.LOWEST_EXPONENT - lowestExponent;
    if (bit < 0) {
      // The bits shifted out are zero, because the value is a multiple.
      mantissa >>>= Math.min(63, -bit);
      bit = 0;
    }
    ExactChunks.add(chunks, at, (mantissa ^ sign) - sign, bit);
  }

  /**
   * Adds the sums of others.
   *
   * @throws IllegalArgumentException if they count vectors of another dimension
   */
  public void merge(ExactVectorMoments other) {
    if (other.dim != dim) {
      throw new IllegalArgumentException(
          "Moments of " + dim + " dimensions do not merge with those of " + other.dim + ".");
    }
    carry();
    other.carry();
    count += other.count;
    for (int d = 0; d < dim; d++) {
      int at = d * CHUNKS;
      ExactChunks.merge(chunks, at, other.chunks, at, SUM_CHUNKS);
      ExactChunks.merge(chunks, at + SUM_CHUNKS, other.chunks, at + SUM_CHUNKS, SQUARE_CHUNKS);
    }
  }

  /** The number of vectors added: crops × segments. */
  public long count() {
    return count;
  }

  /**
   * The profile of the added vectors, with every mean and deviation correctly rounded.
   *
   * @throws IllegalStateException if nothing was added
   */
  public FeatureProfile profile() {
    if (count == 0) {
      throw new IllegalStateException("A feature profile of no segments is not defined.");
    }
    carry();
    double[] mean = new double[dim];
    double[] deviation = new double[dim];
    BigInteger n = BigInteger.valueOf(count);
    BigInteger pairs = n.multiply(BigInteger.valueOf(Math.max(1, count - 1)));
    for (int d = 0; d < dim; d++) {
      int at = d * CHUNKS;
      BigInteger sum = ExactChunks.toBigInteger(chunks, at, SUM_CHUNKS);
      BigInteger squares = ExactChunks.toBigInteger(chunks, at + SUM_CHUNKS, SQUARE_CHUNKS);
      BigInteger spread = squares.multiply(n).subtract(sum.multiply(sum));
      mean[d] = Rounding.quotient(sum, n, LOWEST_EXPONENT);
      deviation[d] = Rounding.squareRoot(spread, pairs, 2 * LOWEST_EXPONENT);
    }
    return new FeatureProfile(mean, deviation);
  }

  /** Moves the doubles into the fixed-point numbers, whose form is then unique. */
  private void carry() {
    for (int d = 0; d < dim; d++) {
      int at = d * CHUNKS;
      spill(at, sum[d], LOWEST_EXPONENT);
      spill(at, sumRest[d], LOWEST_EXPONENT);
      spill(at + SUM_CHUNKS, squares[d], 2 * LOWEST_EXPONENT);
      spill(at + SUM_CHUNKS, squaresRest[d], 2 * LOWEST_EXPONENT);
      sum[d] = 0;
      sumRest[d] = 0;
      squares[d] = 0;
      squaresRest[d] = 0;
      ExactChunks.carry(chunks, at, SUM_CHUNKS);
      ExactChunks.carry(chunks, at + SUM_CHUNKS, SQUARE_CHUNKS);
    }
    additions = 0;
  }

  private void requireFinite(byte[] features) {
    for (int i = 0; i < features.length; i += Float.BYTES) {
      float x = SegmentNorm.floatAt(features, i);
      if (!Float.isFinite(x)) {
        int value = i / Float.BYTES;
        throw new IllegalArgumentException(
            "A feature profile takes finite features, but component "
                + value % dim
                + " of crop "
                + value / dim
                + " is "
                + x
                + ".");
      }
    }
  }
}
