package org.c2fpl.fine;

import java.io.Serializable;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.c2fpl.method.fine.SoftTarget;
import org.c2fpl.method.statistics.CountingSketch;
import org.c2fpl.method.statistics.EmpiricalDistribution;

/**
 * Ranks of the smoothed statistic among all training segments. A statistic of several components is
 * represented by its surprise.
 */
record SoftRanks(EmpiricalDistribution segments) implements Serializable {

  /** One pass over whole videos in order. */
  static SoftRanks of(Dataset<LabelledRun> videos, int components) {
    CountingSketch counts =
        videos
            .toJavaRDD()
            .mapPartitions(runs -> counted(new VideoSegments(runs, components)))
            .treeReduce(
                (left, right) -> {
                  left.merge(right);
                  return left;
                });
    return new SoftRanks(counts.distribution());
  }

  double ofSegment(double smoothed) {
    return segments.midRank(smoothed);
  }

  static double[] smoothed(VideoSegments video) {
    double[] z = new double[video.length()];
    for (int j = 0; j < z.length; j++) {
      z[j] = video.components() == 1 ? video.scalar(j) : video.surprise(j);
    }
    double[] smoothed = new double[z.length];
    SoftTarget.smooth(z, z.length, smoothed);
    return smoothed;
  }

  private static Iterator<CountingSketch> counted(VideoSegments videos) {
    CountingSketch counts = new CountingSketch();
    while (videos.hasNext()) {
      videos.load();
      for (double value : smoothed(videos)) {
        counts.add(value);
      }
    }
    return List.of(counts).iterator();
  }
}
