package org.c2fpl.stats;

import org.apache.spark.api.java.JavaRDD;
import org.c2fpl.errors.DataException;
import org.c2fpl.method.statistics.ExactCovariance;
import org.c2fpl.method.statistics.NullModel;

/**
 * Mean and sample covariance of the rows of z, the same bits in any order; two passes, and a few KB
 * per task.
 *
 * @param segments rows
 */
public record JointMoments(double[] mean, double[] covariance, long segments) {

  /**
   * The moments of z.
   *
   * @param components values per row
   * @throws DataException if there are fewer than two rows
   */
  public static JointMoments of(JavaRDD<double[]> z, int components) {
    ExactCovariance rough = about(z, new double[components]);
    if (rough.count() < 2) {
      throw new DataException(
          "Cannot fit a Gaussian to the statistics of segments: there are "
              + rough.count()
              + " segments. Ingest more training footage.");
    }
    ExactCovariance fine = about(z, rough.mean());
    return new JointMoments(fine.mean(), fine.covariance(), fine.count());
  }

  /** The Gaussian with these moments. */
  public NullModel nullModel() {
    return new NullModel(mean, covariance);
  }

  private static ExactCovariance about(JavaRDD<double[]> z, double[] centre) {
    return z.treeAggregate(
        new ExactCovariance(centre),
        (moments, x) -> {
          moments.add(x);
          return moments;
        },
        (left, right) -> {
          left.merge(right);
          return left;
        });
  }
}
