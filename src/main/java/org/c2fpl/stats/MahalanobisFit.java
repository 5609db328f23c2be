package org.c2fpl.stats;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.HashPartitioner;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;
import org.c2fpl.errors.DataException;
import org.c2fpl.memory.MemoryNeed;
import org.c2fpl.memory.MemoryPreflight;
import org.c2fpl.method.statistics.CountingSketch;
import org.c2fpl.method.statistics.EmpiricalDistribution;
import org.c2fpl.method.statistics.FeatureProfile;
import org.c2fpl.method.statistics.FeatureVectors;
import org.c2fpl.method.statistics.GramSums;
import org.c2fpl.method.statistics.RobustGaussians;
import org.c2fpl.method.statistics.VideoFolds;
import org.c2fpl.stage.StageContext;
import scala.Tuple2;

/**
 * Fits {@link RobustGaussians} to segments: on all of them, and then three more times on the four
 * fifths that are calmest under the Gaussians of the other folds.
 *
 * <p>Seven passes over the features, each with d²/2 multiplications per vector. Memory, with M = 4
 * d (d + 1) bytes for one Gaussian and f folds ({@link VideoFolds#count}): a task holds the sums of
 * all folds, f M, 256 MB at most up to d = 5,792 (at d = 2048: 10 × 17 MB); a process with tasks
 * the current Gaussians, (2 f + 2) M; and the driver (3 f + 5) M. {@link #checkMemory} refuses a
 * fit that needs more. The executors cache 8 bytes per segment, spilling to disk.
 */
final class MahalanobisFit implements Serializable {
  private static final long serialVersionUID = 1L;

  private final FeatureProfile profile;
  private final int crops;
  private final int folds;

  private MahalanobisFit(FeatureProfile profile, int crops) {
    this.profile = profile;
    this.crops = crops;
    this.folds = VideoFolds.count(profile.dimensions());
  }

  /**
   * Refuses a fit that needs more memory than the driver or an executor has, before anything is
   * read.
   *
   * @throws DataException if a heap is too small for these dimensions
   */
  static void checkMemory(StageContext context, int dimensions) {
    MemoryPreflight.check(
        context.spark().sparkContext().getConf(),
        MemoryNeed.gaussians(GramSums.bytes(dimensions), VideoFolds.count(dimensions)),
        context.events()::warned);
  }

  /**
   * The Gaussians of rows with {@code video_id} and {@code features}.
   *
   * @param crops crops per segment
   */
  static RobustGaussians fit(Dataset<Row> segments, FeatureProfile profile, int crops) {
    return new MahalanobisFit(profile, crops)
        .fit(segments.select("video_id", "features").toJavaRDD());
  }

  private RobustGaussians fit(JavaRDD<Row> rows) {
    RobustGaussians gaussians = gaussians(rows.mapPartitions(this::sumsOfAll));
    for (int refit = 0; refit < RobustGaussians.REFITS; refit++) {
      gaussians = refit(rows, gaussians);
    }
    return gaussians;
  }

  private RobustGaussians refit(JavaRDD<Row> rows, RobustGaussians gaussians) {
    Broadcast<RobustGaussians> shared =
        JavaSparkContext.fromSparkContext(rows.context()).broadcast(gaussians);
    JavaRDD<Integer> intervals =
        rows.mapPartitions(part -> intervals(part, shared.value()))
            .persist(StorageLevel.MEMORY_AND_DISK());
    try {
      int limit =
          intervals
              .mapPartitions(MahalanobisFit::counted)
              .treeReduce(
                  (left, right) -> {
                    left.merge(right);
                    return left;
                  })
              .distribution()
              .quantileInterval(RobustGaussians.CALM_SHARE);
      return gaussians(rows.zipPartitions(intervals, (part, z) -> sums(part, z, limit)));
    } finally {
      intervals.unpersist(false);
      shared.destroy();
    }
  }

  private RobustGaussians gaussians(JavaRDD<Tuple2<Integer, GramSums>> parts) {
    List<Tuple2<Integer, GramSums>> merged =
        JavaPairRDD.fromJavaRDD(parts)
            .reduceByKey(
                // One task per fold: results are copied twice when they are sent.
                new HashPartitioner(folds),
                (left, right) -> {
                  left.merge(right);
                  return left.sealed();
                })
            .collect();
    GramSums[] byFold = new GramSums[folds];
    merged.forEach(fold -> byFold[fold._1()] = fold._2());
    return RobustGaussians.fit(byFold, profile.dimensions());
  }

  private Iterator<Integer> intervals(Iterator<Row> rows, RobustGaussians gaussians) {
    FeatureVectors vectors = new FeatureVectors(profile, crops);
    double[] work = new double[profile.dimensions()];
    return StatisticColumns.mapped(
        rows,
        row -> {
          vectors.read(row.getAs(1));
          double z = gaussians.distance(row.getString(0), true, vectors, work);
          return EmpiricalDistribution.interval(z);
        });
  }

  private static Iterator<CountingSketch> counted(Iterator<Integer> intervals) {
    CountingSketch sketch = new CountingSketch();
    intervals.forEachRemaining(sketch::addInterval);
    return List.of(sketch).iterator();
  }

  private Iterator<Tuple2<Integer, GramSums>> sumsOfAll(Iterator<Row> rows) {
    return sums(rows, null, Integer.MAX_VALUE);
  }

  /**
   * The sums by fold of the rows whose interval is not above a limit.
   *
   * @param intervals those of the rows; null to use every row
   */
  private Iterator<Tuple2<Integer, GramSums>> sums(
      Iterator<Row> rows, Iterator<Integer> intervals, int limit) {
    GramSums[] byFold = new GramSums[folds];
    FeatureVectors vectors = new FeatureVectors(profile, crops);
    double[] x = new double[profile.dimensions()];
    while (rows.hasNext()) {
      Row row = rows.next();
      if (intervals == null || intervals.next() <= limit) {
        int fold = VideoFolds.of(row.getString(0), folds);
        if (byFold[fold] == null) {
          byFold[fold] = new GramSums(profile.dimensions());
        }
        vectors.read(row.getAs(1));
        for (int v = 0; v < vectors.count(); v++) {
          vectors.write(v, x);
          byFold[fold].add(x);
        }
      }
    }
    List<Tuple2<Integer, GramSums>> parts = new ArrayList<>();
    for (int fold = 0; fold < folds; fold++) {
      if (byFold[fold] != null) {
        parts.add(new Tuple2<>(fold, byFold[fold].sealed()));
      }
    }
    return parts.iterator();
  }
}
