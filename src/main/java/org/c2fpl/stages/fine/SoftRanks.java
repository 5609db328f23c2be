package org.c2fpl.stages.fine;

import java.io.Serializable;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.c2fpl.method.GreatestMeanWindow;
import org.c2fpl.method.LowestDensityWindow;
import org.c2fpl.method.fine.SegmentLabels;
import org.c2fpl.method.fine.SoftTarget;
import org.c2fpl.method.statistics.CountingSketch;
import org.c2fpl.method.statistics.EmpiricalDistribution;

/**
 * Ranks of the smoothed statistic among all training segments, and of a video's most surprising
 * window among all videos'. A statistic of several components is represented by its surprise.
 *
 * @param segments smoothed statistics
 * @param videos greatest mean surprise of a window of ⌈βm⌉ segments; null where not needed
 */
record SoftRanks(EmpiricalDistribution segments, EmpiricalDistribution videos)
    implements Serializable {

  private record Counts(CountingSketch segments, CountingSketch videos) implements Serializable {
    Counts merged(Counts other) {
      segments.merge(other.segments);
      videos.merge(other.videos);
      return this;
    }
  }

  /** One pass over rows as {@link VideoSegments} needs them. */
  static SoftRanks of(Dataset<Row> sorted, double beta, SegmentLabels labels) {
    boolean ranked = labels == SegmentLabels.SOFT_RANKED;
    Counts counts =
        sorted
            .toJavaRDD()
            .mapPartitions(rows -> counted(rows, beta, ranked))
            .treeReduce(Counts::merged);
    return new SoftRanks(
        counts.segments().distribution(), ranked ? counts.videos().distribution() : null);
  }

  double ofSegment(double smoothed) {
    return segments.midRank(smoothed);
  }

  double ofVideo(VideoSegments video, double beta) {
    return videos.midRank(greatestSurprise(video, beta));
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

  private static double greatestSurprise(VideoSegments video, double beta) {
    double[] surprises = new double[video.length()];
    for (int j = 0; j < surprises.length; j++) {
      surprises[j] = video.surprise(j);
    }
    int width = LowestDensityWindow.width(surprises.length, beta);
    return GreatestMeanWindow.mean(surprises, 0, surprises.length, width);
  }

  private static Iterator<Counts> counted(Iterator<Row> rows, double beta, boolean ranked) {
    Counts counts = new Counts(new CountingSketch(), new CountingSketch());
    VideoSegments videos = new VideoSegments(rows);
    while (videos.hasNext()) {
      videos.load();
      for (double value : smoothed(videos)) {
        counts.segments().add(value);
      }
      if (ranked) {
        counts.videos().add(greatestSurprise(videos, beta));
      }
    }
    return List.of(counts).iterator();
  }
}
