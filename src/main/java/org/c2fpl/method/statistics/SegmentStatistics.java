package org.c2fpl.method.statistics;

import java.io.Serializable;
import java.util.List;

/**
 * The statistic z of segments and how surprising it is among those of the training split.
 *
 * @param statistics the components of z, in order
 * @param profile standardises features; null where only the norm is asked for
 * @param gaussians null without {@link Statistic#MAHALANOBIS}
 * @param mixture null without {@link Statistic#MIXTURE}
 * @param joint the Gaussian of z over the training split; null where z is one number
 * @param tail the distribution of {@link #outlyingness} over the training split; null while it is
 *     fitted
 */
public record SegmentStatistics(
    List<Statistic> statistics,
    FeatureProfile profile,
    RobustGaussians gaussians,
    DiagonalMixture mixture,
    NullModel joint,
    EmpiricalDistribution tail)
    implements Serializable {

  /** Room for the vectors of one segment at a time; one a thread. */
  public final class Room {
    private final FeatureVectors vectors;
    private final double[] work;

    private Room(int crops) {
      this.vectors = profile == null ? null : new FeatureVectors(profile, crops);
      this.work = profile == null ? null : new double[profile.dimensions()];
    }

    /**
     * z of a segment.
     *
     * @param training whether the segment is of the training split
     * @param features crops × dim float32, little-endian, row-major
     * @param norm the segment's norm
     */
    public double[] z(String videoId, boolean training, byte[] features, double norm) {
      if (profile != null) {
        vectors.read(features);
      }
      double[] z = new double[statistics.size()];
      for (int i = 0; i < z.length; i++) {
        z[i] =
            switch (statistics.get(i)) {
              case NORM -> norm;
              case MAHALANOBIS -> gaussians.distance(videoId, training, vectors, work);
              case MIXTURE -> mixture();
            };
      }
      return z;
    }

    private double mixture() {
      double sum = 0;
      for (int crop = 0; crop < vectors.crops(); crop++) {
        vectors.writeCrop(crop, work);
        sum += mixture.negativeLogDensity(work);
      }
      return sum / vectors.crops();
    }
  }

  /** Room for segments of this many crops. */
  public Room room(int crops) {
    return new Room(crops);
  }

  /** The same with other knowledge of z over the training split. */
  public SegmentStatistics with(NullModel newJoint, EmpiricalDistribution newTail) {
    return new SegmentStatistics(statistics, profile, gaussians, mixture, newJoint, newTail);
  }

  /** z itself, or the Mahalanobis distance of a z of several components. */
  public double outlyingness(double[] z) {
    return z.length == 1 ? z[0] : Math.sqrt(joint.squaredDistance(z));
  }

  /** −ln((c + 1) / (n + 1)), c of the n training segments being as far out. */
  public double surprise(double[] z) {
    return -StrictMath.log(tail.upperTail(outlyingness(z)));
  }
}
