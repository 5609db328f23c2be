package org.c2fpl.bench.kernels;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.c2fpl.method.evaluation.RankingMetrics;
import org.c2fpl.method.evaluation.ScoreGroup;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** AUC and AP of sorted groups of equal scores. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class RankingKernel {
  private static final int FRAMES = 16;

  @Param({"1000", "69634"})
  public int size;

  private List<ScoreGroup> groups;

  @Setup
  public void generate() {
    Random random = new Random(1);
    groups = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      int positives = random.nextInt(FRAMES + 1);
      groups.add(new ScoreGroup(1 - (double) i / size, positives, FRAMES - positives));
    }
  }

  @Benchmark
  public double ranking() {
    RankingMetrics metrics = RankingMetrics.of(groups);
    return metrics.auc() + metrics.ap();
  }

  @Benchmark
  public double rankingPlain() {
    long all = 0;
    for (ScoreGroup group : groups) {
      all += group.positives();
    }
    double area = 0;
    double precision = 0;
    long positives = 0;
    long negatives = 0;
    for (ScoreGroup group : groups) {
      area += group.negatives() * (positives + group.positives() / 2.0);
      positives += group.positives();
      negatives += group.negatives();
      precision += (double) group.positives() / all * positives / (positives + negatives);
    }
    return area / ((double) positives * negatives) + precision;
  }
}
