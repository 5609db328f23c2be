package org.c2fpl.stats;

import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.c2fpl.method.statistics.DiagonalMixture;
import org.c2fpl.method.statistics.FeatureProfile;
import org.c2fpl.method.statistics.ModelPart;
import org.c2fpl.method.statistics.RobustGaussians;
import org.c2fpl.method.statistics.SegmentStatistic;
import org.c2fpl.stage.StageContext;

/**
 * The statistics that can represent a segment. To add one, write a class that computes and fits it
 * and add its constant here: the command line, tables, studies and the reference follow.
 */
public enum Statistic {
  /** The mean over crops of the l2 norm, as in the paper. */
  NORM("norm") {
    @Override
    boolean readsFeatures() {
      return false;
    }

    @Override
    SegmentStatistic fit(Dataset<Row> segments, FeatureProfile profile, int crops) {
      return new Norm();
    }

    @Override
    SegmentStatistic stored(List<ModelPart> parts) {
      return new Norm();
    }
  },

  /** The Mahalanobis distance under a robust Gaussian of the training features. */
  MAHALANOBIS("mahalanobis") {
    @Override
    void checkMemory(StageContext context, int dimensions) {
      MahalanobisFit.checkMemory(context, dimensions);
    }

    @Override
    SegmentStatistic fit(Dataset<Row> segments, FeatureProfile profile, int crops) {
      return MahalanobisFit.fit(segments, profile, crops);
    }

    @Override
    SegmentStatistic stored(List<ModelPart> parts) {
      return RobustGaussians.of(parts);
    }
  },

  /** The negative log density under a Gaussian mixture of the training features. */
  MIXTURE("mixture") {
    @Override
    SegmentStatistic fit(Dataset<Row> segments, FeatureProfile profile, int crops) {
      return MixtureFit.fit(segments, profile, crops);
    }

    @Override
    SegmentStatistic stored(List<ModelPart> parts) {
      return DiagonalMixture.of(parts);
    }
  };

  private record Norm() implements SegmentStatistic {
    @Override
    public double of(Segment segment) {
      return segment.norm();
    }

    @Override
    public List<ModelPart> parts() {
      return List.of();
    }
  }

  private final String text;

  Statistic(String text) {
    this.text = text;
  }

  /** Whether it needs standardised features in addition to the norm. */
  boolean readsFeatures() {
    return true;
  }

  /**
   * Refuses a fit that needs more memory than the driver or an executor has.
   *
   * @throws org.c2fpl.errors.DataException if a heap is too small
   */
  void checkMemory(StageContext context, int dimensions) {}

  /**
   * Fits it to the training split.
   *
   * @param segments with {@code video_id}, {@code segment_index}, {@code features}, {@code norm}
   * @param profile null if no statistic reads features
   * @param crops crops per segment
   */
  abstract SegmentStatistic fit(Dataset<Row> segments, FeatureProfile profile, int crops);

  /**
   * Restores a stored fit.
   *
   * @param parts those of all statistics of the model
   */
  abstract SegmentStatistic stored(List<ModelPart> parts);

  /** The name on the command line and in manifests. */
  @Override
  public String toString() {
    return text;
  }
}
