package org.c2fpl.method.statistics;

import java.io.Serializable;
import java.util.Arrays;
import java.util.Objects;

/**
 * Mean and sample deviation of every feature component over all crops of all segments of the
 * training split, with which features are standardised.
 *
 * @param mean one value per dimension
 * @param deviation one value per dimension, ≥ 0; a component whose deviation is zero standardises
 *     to 0
 */
public record FeatureProfile(double[] mean, double[] deviation) implements Serializable {

  /**
   * @throws IllegalArgumentException if the lengths differ or are zero, a value is not finite, or a
   *     deviation is negative
   */
  public FeatureProfile {
    if (mean.length == 0 || mean.length != deviation.length) {
      throw new IllegalArgumentException(
          "A feature profile needs as many deviations as means, at least one: found "
              + mean.length
              + " means and "
              + deviation.length
              + " deviations.");
    }
    mean = mean.clone();
    deviation = deviation.clone();
    for (int d = 0; d < mean.length; d++) {
      if (!Double.isFinite(mean[d]) || !Double.isFinite(deviation[d]) || deviation[d] < 0) {
        throw new IllegalArgumentException(
            "A feature profile needs finite means and deviations ≥ 0: dimension "
                + d
                + " has mean "
                + mean[d]
                + " and deviation "
                + deviation[d]
                + ".");
      }
    }
  }

  /** A copy of the means. */
  @Override
  public double[] mean() {
    return mean.clone();
  }

  /** A copy of the deviations. */
  @Override
  public double[] deviation() {
    return deviation.clone();
  }

  /** The number of feature components. */
  public int dimensions() {
    return mean.length;
  }

  /**
   * Writes {@code (x − mean) / deviation}, computed in double and rounded to float once, for every
   * crop of a segment; allocates nothing.
   *
   * @param features {@code crops × dimensions()} float32, little-endian, row-major
   * @param out receives {@code crops × dimensions()} floats from {@code offset} on, row-major
   * @throws IllegalArgumentException if {@code features} has another length
   * @throws IndexOutOfBoundsException if {@code out} has no room
   */
  public void standardize(byte[] features, int crops, float[] out, int offset) {
    standardize(features, 0, features.length, crops, out, offset);
  }

  /**
   * Standardises features inside a larger byte array.
   *
   * @param from their offset in {@code bytes}
   * @param length their length in bytes
   */
  public void standardize(byte[] bytes, int from, int length, int crops, float[] out, int offset) {
    int dim = mean.length;
    SegmentNorm.requireLength(length, crops, dim);
    Objects.checkFromIndexSize(offset, crops * dim, out.length);
    for (int crop = 0; crop < crops; crop++) {
      int row = crop * dim;
      for (int d = 0; d < dim; d++) {
        float x = SegmentNorm.floatAt(bytes, from + (row + d) * Float.BYTES);
        out[offset + row + d] = (float) SegmentNorm.standardized(x, mean[d], deviation[d]);
      }
    }
  }

  double meanNorm(NormKind kind, byte[] bytes, int from, int crops) {
    return SegmentNorm.mean(kind, bytes, from, crops, mean, deviation);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof FeatureProfile that
        && Arrays.equals(mean, that.mean)
        && Arrays.equals(deviation, that.deviation);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(mean) + Arrays.hashCode(deviation);
  }

  @Override
  public String toString() {
    return "FeatureProfile[dimensions=" + mean.length + "]";
  }
}
