package org.c2fpl.method.statistics;

import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The mean Euclidean distance of a feature vector to its nearest neighbours among reference
 * vectors, after both were standardised: high if nothing similar was seen.
 *
 * <p>A vector is the mean over a segment's crops. Distances are summed in float, in the order of
 * dimensions, so that one vector always gives the same bits. Memory: references × dim × 4 bytes.
 */
public final class NearestNeighbours implements Serializable {
  private static final long serialVersionUID = 1L;

  /** A reference vector: the mean over the crops of a training segment, not standardised. */
  public record Reference(String videoId, float[] vector) implements Serializable {}

  private final int neighbours;
  private final double[] mean;
  private final double[] deviation;
  private final String[] videoIds;
  // By dimension, then by reference, so that the distances to all references grow together.
  private final float[] references;

  /**
   * @param references at least one, in an order independent of row order
   * @param profile standardises; null to use mean and sample deviation of the references
   * @param neighbours k, at least 1; all references if there are fewer
   */
  public NearestNeighbours(
      List<Reference> references, @Nullable FeatureProfile profile, int neighbours) {
    if (references.isEmpty() || neighbours < 1) {
      throw new IllegalArgumentException(
          neighbours + " neighbours among " + references.size() + " references");
    }
    FeatureProfile used = profile == null ? profile(references) : profile;
    this.neighbours = neighbours;
    this.mean = used.mean();
    this.deviation = used.deviation();
    this.videoIds = references.stream().map(Reference::videoId).toArray(String[]::new);
    int count = videoIds.length;
    this.references = new float[Math.multiplyExact(count, mean.length)];
    for (int r = 0; r < count; r++) {
      float[] standardized = standardized(references.get(r).vector());
      for (int d = 0; d < mean.length; d++) {
        this.references[d * count + r] = standardized[d];
      }
    }
  }

  /** Mean and sample deviation, summed in the order of references. */
  private static FeatureProfile profile(List<Reference> references) {
    int dim = references.get(0).vector().length;
    double[] mean = new double[dim];
    double[] deviation = new double[dim];
    for (int d = 0; d < dim; d++) {
      double sum = 0;
      for (Reference reference : references) {
        sum += reference.vector()[d];
      }
      mean[d] = sum / references.size();
      double squares = 0;
      for (Reference reference : references) {
        double difference = reference.vector()[d] - mean[d];
        squares += difference * difference;
      }
      deviation[d] = Math.sqrt(squares / Math.max(1, references.size() - 1));
    }
    return new FeatureProfile(mean, deviation);
  }

  /**
   * The mean over a segment's crops.
   *
   * @param features {@code crops × dim} float32, little-endian, row-major
   */
  public static float[] cropMean(byte[] features, int crops, int dim) {
    SegmentNorm.requireLength(features.length, crops, dim);
    float[] vector = new float[dim];
    for (int d = 0; d < dim; d++) {
      double sum = 0;
      for (int crop = 0; crop < crops; crop++) {
        sum += SegmentNorm.floatAt(features, (crop * dim + d) * Float.BYTES);
      }
      vector[d] = (float) (sum / crops);
    }
    return vector;
  }

  /**
   * The mean distance to the nearest references.
   *
   * @param vector of as many components as the references have
   * @param exceptVideo references of this video do not count; null to count all
   * @return 0 if no reference counts
   */
  public double meanDistance(float[] vector, @Nullable String exceptVideo) {
    int count = videoIds.length;
    float[] squares = new float[count];
    float[] standardized = standardized(vector);
    for (int d = 0; d < standardized.length; d++) {
      float x = standardized[d];
      int from = d * count;
      for (int r = 0; r < count; r++) {
        float difference = x - references[from + r];
        squares[r] += difference * difference;
      }
    }
    float[] nearest = new float[Math.min(neighbours, count)];
    Arrays.fill(nearest, Float.POSITIVE_INFINITY);
    int found = 0;
    for (int r = 0; r < count; r++) {
      if (exceptVideo == null || !exceptVideo.equals(videoIds[r])) {
        found++;
        insert(nearest, squares[r]);
      }
    }
    found = Math.min(found, nearest.length);
    double sum = 0;
    for (int i = 0; i < found; i++) {
      sum += Math.sqrt(nearest[i]);
    }
    return found == 0 ? 0 : sum / found;
  }

  /** Keeps the smallest values, in ascending order. */
  private static void insert(float[] nearest, float value) {
    int place = nearest.length - 1;
    if (value >= nearest[place]) {
      return;
    }
    while (place > 0 && nearest[place - 1] > value) {
      nearest[place] = nearest[place - 1];
      place--;
    }
    nearest[place] = value;
  }

  private float[] standardized(float[] vector) {
    if (vector.length != mean.length) {
      throw new IllegalArgumentException(
          "a vector of " + vector.length + " components, not " + mean.length);
    }
    float[] standardized = new float[vector.length];
    for (int d = 0; d < vector.length; d++) {
      standardized[d] = (float) SegmentNorm.standardized(vector[d], mean[d], deviation[d]);
    }
    return standardized;
  }
}
