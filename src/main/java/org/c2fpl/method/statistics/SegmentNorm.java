package org.c2fpl.method.statistics;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The l2 norm of a segment's feature vector (inside Eqs. 1 and 2), or its square, averaged over its
 * crops.
 *
 * <p>Features are {@code crops × dim} float32, little-endian, row-major. Squares and sums are
 * doubles, with four accumulators per crop, so that one row always gives the same bits. A NaN or an
 * infinity among the features shows as a NaN or infinite norm.
 */
public final class SegmentNorm {
  private static final VarHandle FLOATS =
      MethodHandles.byteArrayViewVarHandle(float[].class, ByteOrder.LITTLE_ENDIAN);

  private SegmentNorm() {}

  /**
   * The mean over crops of the l2 norm.
   *
   * @param features {@code crops × dim} float32, little-endian, row-major
   * @throws IllegalArgumentException if {@code features} has another length
   */
  public static double meanNorm(byte[] features, int crops, int dim) {
    return mean(NormKind.L2, features, crops, dim);
  }

  /**
   * The mean over crops of the l2 norm or its square.
   *
   * @param features {@code crops × dim} float32, little-endian, row-major
   * @throws IllegalArgumentException if {@code features} has another length
   */
  public static double mean(NormKind kind, byte[] features, int crops, int dim) {
    return mean(kind, features, 0, features.length, crops, dim);
  }

  /**
   * The norm of features inside a larger byte array.
   *
   * @param from their offset in {@code bytes}
   * @param length their length in bytes
   */
  public static double mean(NormKind kind, byte[] bytes, int from, int length, int crops, int dim) {
    requireLength(length, crops, dim);
    double norms = 0;
    for (int crop = 0; crop < crops; crop++) {
      norms += kind.of(sumOfSquares(bytes, from + crop * dim * Float.BYTES, dim));
    }
    return norms / crops;
  }

  /**
   * The mean over crops of the l2 norm of the standardised features, {@code (x − mean) / deviation}
   * in double; a component whose deviation is zero counts as 0.
   *
   * @param features {@code crops × profile.dimensions()} float32, little-endian, row-major
   * @throws IllegalArgumentException if {@code features} has another length
   */
  public static double meanNorm(byte[] features, int crops, FeatureProfile profile) {
    return mean(NormKind.L2, features, crops, profile);
  }

  /** Like {@link #meanNorm(byte[], int, FeatureProfile)}, for the l2 norm or its square. */
  public static double mean(NormKind kind, byte[] features, int crops, FeatureProfile profile) {
    return mean(kind, features, 0, features.length, crops, profile);
  }

  /**
   * The norm of features inside a larger byte array.
   *
   * @param from their offset in {@code bytes}
   * @param length their length in bytes
   */
  public static double mean(
      NormKind kind, byte[] bytes, int from, int length, int crops, FeatureProfile profile) {
    requireLength(length, crops, profile.dimensions());
    return profile.meanNorm(kind, bytes, from, crops);
  }

  static double mean(
      NormKind kind, byte[] bytes, int from, int crops, double[] mean, double[] deviation) {
    int dim = mean.length;
    double norms = 0;
    for (int crop = 0; crop < crops; crop++) {
      int at = from + crop * dim * Float.BYTES;
      norms += kind.of(standardizedSumOfSquares(bytes, at, mean, deviation));
    }
    return norms / crops;
  }

  /** The float at a byte position. */
  static float floatAt(byte[] features, int position) {
    return (float) FLOATS.get(features, position);
  }

  static void requireLength(int length, int crops, int dim) {
    if (crops < 1 || dim < 1) {
      throw new IllegalArgumentException(
          "A segment needs at least 1 crop and 1 dimension, not " + crops + " × " + dim + ".");
    }
    long expected = (long) crops * dim * Float.BYTES;
    if (length != expected) {
      throw new IllegalArgumentException(
          "A segment of "
              + crops
              + " crops × "
              + dim
              + " float32 has "
              + expected
              + " bytes, but this one has "
              + length
              + ".");
    }
  }

  private static double sumOfSquares(byte[] features, int from, int dim) {
    double s0 = 0;
    double s1 = 0;
    double s2 = 0;
    double s3 = 0;
    int position = from;
    int unrolledEnd = from + (dim & ~3) * Float.BYTES;
    for (; position < unrolledEnd; position += 16) {
      double x0 = (float) FLOATS.get(features, position);
      double x1 = (float) FLOATS.get(features, position + 4);
      double x2 = (float) FLOATS.get(features, position + 8);
      double x3 = (float) FLOATS.get(features, position + 12);
      s0 += x0 * x0;
      s1 += x1 * x1;
      s2 += x2 * x2;
      s3 += x3 * x3;
    }
    for (int end = from + dim * Float.BYTES; position < end; position += Float.BYTES) {
      double x = (float) FLOATS.get(features, position);
      s0 += x * x;
    }
    return (s0 + s1) + (s2 + s3);
  }

  private static double standardizedSumOfSquares(
      byte[] features, int from, double[] mean, double[] deviation) {
    double s0 = 0;
    double s1 = 0;
    double s2 = 0;
    double s3 = 0;
    int dim = mean.length;
    int unrolledEnd = dim & ~3;
    int d = 0;
    for (; d < unrolledEnd; d += 4) {
      int position = from + d * Float.BYTES;
      double z0 = standardized((float) FLOATS.get(features, position), mean[d], deviation[d]);
      double z1 =
          standardized((float) FLOATS.get(features, position + 4), mean[d + 1], deviation[d + 1]);
      double z2 =
          standardized((float) FLOATS.get(features, position + 8), mean[d + 2], deviation[d + 2]);
      double z3 =
          standardized((float) FLOATS.get(features, position + 12), mean[d + 3], deviation[d + 3]);
      s0 += z0 * z0;
      s1 += z1 * z1;
      s2 += z2 * z2;
      s3 += z3 * z3;
    }
    for (; d < dim; d++) {
      double z =
          standardized((float) FLOATS.get(features, from + d * Float.BYTES), mean[d], deviation[d]);
      s0 += z * z;
    }
    return (s0 + s1) + (s2 + s3);
  }

  /** {@code (x − mean) / deviation}, or 0 if the deviation is zero. */
  static double standardized(float x, double mean, double deviation) {
    return deviation == 0 ? 0 : (x - mean) / deviation;
  }
}
