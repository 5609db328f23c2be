package org.c2fpl.method.statistics;

import java.io.Serializable;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A number that represents a segment, fitted to the training split: a component of z. */
public interface SegmentStatistic extends Serializable {
  /** The number of the segment that was read last. */
  double of(Segment segment);

  /** The fit as it is stored. The names of the parts are specific to this statistic. */
  List<ModelPart> parts();

  /** A segment, and memory to compute with it; one per thread. */
  final class Segment {
    private final @Nullable FeatureVectors vectors;
    private final double[] work;
    private String videoId = "";
    private boolean training;
    private double norm;

    /**
     * @param profile standardises features; null if no statistic reads them
     * @param crops crops per segment
     */
    Segment(@Nullable FeatureProfile profile, int crops) {
      this.vectors = profile == null ? null : new FeatureVectors(profile, crops);
      this.work = new double[profile == null ? 0 : profile.dimensions()];
    }

    void read(String newVideoId, boolean isTraining, byte[] features, double newNorm) {
      this.videoId = newVideoId;
      this.training = isTraining;
      this.norm = newNorm;
      if (vectors != null) {
        vectors.read(features);
      }
    }

    /** The id of its video. */
    public String videoId() {
      return videoId;
    }

    /** Whether it belongs to the training split. */
    public boolean training() {
      return training;
    }

    /** Its norm. */
    public double norm() {
      return norm;
    }

    /**
     * Its standardised features.
     *
     * @throws NullPointerException without a profile
     */
    public FeatureVectors vectors() {
      return Objects.requireNonNull(vectors, "no profile to standardise features");
    }

    /** Working memory with one value per feature dimension. */
    public double[] work() {
      return work;
    }
  }
}
