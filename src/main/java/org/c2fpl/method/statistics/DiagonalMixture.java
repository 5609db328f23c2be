package org.c2fpl.method.statistics;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.c2fpl.errors.DataException;

/**
 * A mixture of Gaussians with diagonal covariances over standardised features, fitted by EM.
 *
 * <p>The fit depends only on the rows and their order: the first centre is the mean; each further
 * one is the row farthest from all previous centres, ignoring the farthest hundredth of the rows.
 * Variances are floored at 1/100 of a dimension's, so that no component collapses.
 *
 * @param weights K values that sum to 1
 * @param means K × d
 * @param deviations K × d, positive
 */
public record DiagonalMixture(double[] weights, double[][] means, double[][] deviations)
    implements SegmentStatistic {
  private static final double VARIANCE_FLOOR = 0.01;
  private static final int MOST_STEPS = 100;

  /** EM ends when the mean log-likelihood per row increases by less. */
  private static final double TOLERANCE = 1e-4;

  private static final double LOG_TWO_PI = StrictMath.log(2 * Math.PI);

  /**
   * Fits a mixture; memory O(rows · K).
   *
   * @param rows standardised feature vectors
   * @param components K; fewer if there are fewer rows
   * @throws DataException if there are no rows
   */
  public static DiagonalMixture fit(float[][] rows, int components) {
    if (rows.length == 0) {
      throw new DataException(
          "Cannot fit a mixture to the training features: there are no segments. Ingest training"
              + " footage first.");
    }
    int k = Math.min(components, rows.length);
    double[][] responsibilities = start(rows, k);
    DiagonalMixture mixture = maximised(rows, responsibilities);
    double last = Double.NEGATIVE_INFINITY;
    for (int step = 0; step < MOST_STEPS; step++) {
      double likelihood = mixture.expect(rows, responsibilities);
      if (likelihood - last < TOLERANCE) {
        break;
      }
      last = likelihood;
      mixture = maximised(rows, responsibilities);
    }
    return mixture;
  }

  /** The mean over crops of the negative log density. */
  @Override
  public double of(Segment segment) {
    FeatureVectors vectors = segment.vectors();
    double sum = 0;
    for (int crop = 0; crop < vectors.crops(); crop++) {
      vectors.writeCrop(crop, segment.work());
      sum += negativeLogDensity(segment.work());
    }
    return sum / vectors.crops();
  }

  @Override
  public List<ModelPart> parts() {
    return IntStream.range(0, weights.length)
        .mapToObj(k -> ModelPart.of("component", k, weights[k], means[k], deviations[k]))
        .toList();
  }

  /** The mixture that {@link #parts} stored. */
  public static DiagonalMixture of(List<ModelPart> parts) {
    List<ModelPart> components = ModelPart.named("component", parts);
    return new DiagonalMixture(
        components.stream().mapToDouble(ModelPart::weight).toArray(),
        components.stream().map(ModelPart::mean).toArray(double[][]::new),
        components.stream().map(ModelPart::factor).toArray(double[][]::new));
  }

  /** The negative log density of a vector of d values. */
  public double negativeLogDensity(double[] x) {
    double[] logs = new double[weights.length];
    for (int c = 0; c < logs.length; c++) {
      double squares = 0;
      for (int i = 0; i < x.length; i++) {
        double t = (x[i] - means[c][i]) / deviations[c][i];
        squares += t * t;
      }
      logs[c] = logWeight(c) - 0.5 * squares;
    }
    return -logSum(logs);
  }

  /** ln(weight) less the log of the component's normaliser. */
  private double logWeight(int component) {
    double log = StrictMath.log(weights[component]);
    for (double deviation : deviations[component]) {
      log -= StrictMath.log(deviation) + 0.5 * LOG_TWO_PI;
    }
    return log;
  }

  /** Computes the responsibilities; returns the mean log-likelihood. */
  private double expect(float[][] rows, double[][] responsibilities) {
    int k = weights.length;
    double[] logWeights = new double[k];
    Arrays.setAll(logWeights, this::logWeight);
    double total = 0;
    for (int r = 0; r < rows.length; r++) {
      double[] logs = responsibilities[r];
      for (int c = 0; c < k; c++) {
        double squares = 0;
        for (int i = 0; i < rows[r].length; i++) {
          double t = (rows[r][i] - means[c][i]) / deviations[c][i];
          squares += t * t;
        }
        logs[c] = logWeights[c] - 0.5 * squares;
      }
      double logDensity = logSum(logs);
      total += logDensity;
      for (int c = 0; c < k; c++) {
        logs[c] = StrictMath.exp(logs[c] - logDensity);
      }
    }
    return total / rows.length;
  }

  private static DiagonalMixture maximised(float[][] rows, double[][] responsibilities) {
    int k = responsibilities[0].length;
    int d = rows[0].length;
    double[] weights = new double[k];
    double[][] means = new double[k][d];
    double[][] deviations = new double[k][d];
    for (int c = 0; c < k; c++) {
      double weight = 1e-9;
      for (int r = 0; r < rows.length; r++) {
        double share = responsibilities[r][c];
        if (share > 0) {
          weight += share;
          for (int i = 0; i < d; i++) {
            means[c][i] += share * rows[r][i];
            deviations[c][i] += share * rows[r][i] * rows[r][i];
          }
        }
      }
      for (int i = 0; i < d; i++) {
        means[c][i] /= weight;
        double variance = deviations[c][i] / weight - means[c][i] * means[c][i];
        deviations[c][i] = Math.sqrt(Math.max(VARIANCE_FLOOR, variance));
      }
      weights[c] = weight / (rows.length + k * 1e-9);
    }
    return new DiagonalMixture(weights, means, deviations);
  }

  /** Assigns every row to the nearest of K centres that are far apart. */
  private static double[][] start(float[][] rows, int k) {
    double[] nearest = new double[rows.length];
    int[] owner = new int[rows.length];
    Arrays.fill(nearest, Double.POSITIVE_INFINITY);
    double[] centre = new double[rows[0].length];
    for (float[] row : rows) {
      for (int i = 0; i < row.length; i++) {
        centre[i] += (double) row[i] / rows.length;
      }
    }
    for (int c = 0; c < k; c++) {
      if (c > 0) {
        float[] far = rows[farButNoOutlier(nearest)];
        Arrays.setAll(centre, i -> far[i]);
      }
      for (int r = 0; r < rows.length; r++) {
        double distance = 0;
        for (int i = 0; i < centre.length; i++) {
          distance += (rows[r][i] - centre[i]) * (rows[r][i] - centre[i]);
        }
        if (distance < nearest[r]) {
          nearest[r] = distance;
          owner[r] = c;
        }
      }
    }
    double[][] responsibilities = new double[rows.length][k];
    for (int r = 0; r < rows.length; r++) {
      responsibilities[r][owner[r]] = 1;
    }
    return responsibilities;
  }

  private static int farButNoOutlier(double[] distances) {
    double[] sorted = distances.clone();
    Arrays.sort(sorted);
    double limit = sorted[(int) ((sorted.length - 1) * 0.99)];
    int index = 0;
    while (distances[index] != limit) {
      index++;
    }
    return index;
  }

  private static double logSum(double[] logs) {
    double top = Arrays.stream(logs).max().orElseThrow();
    double sum = 0;
    for (double log : logs) {
      sum += StrictMath.exp(log - top);
    }
    return top + StrictMath.log(sum);
  }
}
