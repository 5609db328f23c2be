package org.c2fpl.method.statistics;

import java.io.Serializable;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The statistic z of segments and how surprising it is among those of the training split.
 *
 * @param components the components of z, in order
 * @param profile standardises features; null if no component reads them
 * @param joint the Gaussian of z over the training split; null if z is one number
 * @param tail the distribution of {@link #outlyingness} over the training split; null during the
 *     fit
 */
public record StatisticModel(
    List<SegmentStatistic> components,
    @Nullable FeatureProfile profile,
    @Nullable NullModel joint,
    @Nullable EmpiricalDistribution tail)
    implements Serializable {

  /** Memory for one segment at a time; one per thread. */
  public final class Room {
    private final SegmentStatistic.Segment segment;

    private Room(int crops) {
      this.segment = new SegmentStatistic.Segment(profile, crops);
    }

    /**
     * z of a segment.
     *
     * @param training whether the segment belongs to the training split
     * @param features crops × dim float32, little-endian, row-major
     * @param norm the segment's norm
     */
    public double[] z(String videoId, boolean training, byte[] features, double norm) {
      segment.read(videoId, training, features, norm);
      double[] z = new double[components.size()];
      for (int i = 0; i < z.length; i++) {
        z[i] = components.get(i).of(segment);
      }
      return z;
    }
  }

  /** Memory for segments of this many crops. */
  public Room room(int crops) {
    return new Room(crops);
  }

  /** These components, and the distribution of z over the training split. */
  public StatisticModel with(@Nullable NullModel newJoint, EmpiricalDistribution newTail) {
    return new StatisticModel(components, profile, newJoint, newTail);
  }

  /** z itself, or the Mahalanobis distance of a z of several components. */
  public double outlyingness(double[] z) {
    return joint == null ? z[0] : Math.sqrt(joint.squaredDistance(z));
  }

  /** −ln((c + 1) / (n + 1)), c of the n training segments being at least as extreme. */
  public double surprise(double[] z) {
    return -StrictMath.log(Objects.requireNonNull(tail).upperTail(outlyingness(z)));
  }
}
