package org.c2fpl.method.statistics;

import java.util.Arrays;

/**
 * The standardised feature vectors of a segment, on a grid of 1/256 of a deviation, cut at 64
 * deviations: integers of at most 2¹⁴, so that sums of their products are exact in doubles, in any
 * order.
 *
 * <p>A segment has one vector per crop; above 512 dimensions it has a single one, the mean over its
 * crops, because a Gaussian costs the square of the dimension per vector. Not thread-safe.
 */
public final class FeatureVectors {
  /** Grid steps per deviation. */
  static final int UNITS = 256;

  private static final double MOST_DEVIATIONS = 64;
  private static final int MOST_DIMENSIONS_BY_CROP = 512;

  private final FeatureProfile profile;
  private final int crops;
  private final int dim;
  private final float[] standardized;
  private final double[] mean;

  /**
   * @param profile of the training split
   * @param crops crops per segment
   */
  public FeatureVectors(FeatureProfile profile, int crops) {
    this.profile = profile;
    this.crops = crops;
    this.dim = profile.dimensions();
    this.standardized = new float[crops * dim];
    this.mean = new double[dim];
  }

  /** Whether a segment is represented only by the mean over its crops. */
  public static boolean byCropMean(int dim) {
    return dim > MOST_DIMENSIONS_BY_CROP;
  }

  /** Components of a vector. */
  public int dimensions() {
    return dim;
  }

  /** Vectors per segment. */
  public int count() {
    return byCropMean(dim) ? 1 : crops;
  }

  /**
   * Reads a segment.
   *
   * @param features crops × dim float32, little-endian, row-major
   */
  public void read(byte[] features) {
    profile.standardize(features, crops, standardized, 0);
  }

  /**
   * Writes a vector of the segment read last, in grid steps.
   *
   * @param vector 0 … {@code count() − 1}
   * @param out receives {@code dimensions()} integers
   */
  public void write(int vector, double[] out) {
    if (byCropMean(dim)) {
      writeMean(out);
      for (int d = 0; d < dim; d++) {
        out[d] = grid(out[d]);
      }
    } else {
      for (int d = 0; d < dim; d++) {
        out[d] = grid(standardized[vector * dim + d]);
      }
    }
  }

  /** The standardised features of one crop of the segment read last, off the grid. */
  void writeCrop(int crop, double[] out) {
    for (int d = 0; d < dim; d++) {
      out[d] = standardized[crop * dim + d];
    }
  }

  int crops() {
    return crops;
  }

  /** The mean over crops of the segment read last, off the grid, rounded to floats. */
  public float[] cropMean() {
    writeMean(mean);
    float[] rounded = new float[dim];
    for (int d = 0; d < dim; d++) {
      rounded[d] = (float) mean[d];
    }
    return rounded;
  }

  private void writeMean(double[] out) {
    Arrays.fill(out, 0, dim, 0);
    for (int crop = 0; crop < crops; crop++) {
      for (int d = 0; d < dim; d++) {
        out[d] += standardized[crop * dim + d];
      }
    }
    for (int d = 0; d < dim; d++) {
      out[d] /= crops;
    }
  }

  private static double grid(double x) {
    return Math.rint(UNITS * Math.max(-MOST_DEVIATIONS, Math.min(MOST_DEVIATIONS, x)));
  }
}
