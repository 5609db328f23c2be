package org.c2fpl.bench.kernels;

import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.c2fpl.method.fine.LowestDensityWindow;
import org.c2fpl.method.statistics.NullModel;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Densities of a video's segments, and its window of the lowest. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class WindowKernel {
  private static final double BETA = 0.2;
  private static final double MEAN = 20;
  private static final double VARIANCE = 4;

  @Param({"1000", "61032"})
  public int size;

  private final NullModel model = new NullModel(new double[] {MEAN}, new double[] {VARIANCE});
  private double[] norms;
  private double[] logDensity;
  private int width;

  @Setup
  public void generate() {
    Random random = new Random(1);
    norms = random.doubles(size, MEAN - 5, MEAN + 5).toArray();
    logDensity = new double[size];
    for (int i = 0; i < size; i++) {
      logDensity[i] = model.logDensity(norms[i]);
    }
    width = LowestDensityWindow.width(size, BETA);
  }

  @Benchmark
  public int window() {
    return LowestDensityWindow.start(logDensity, 0, size, width);
  }

  @Benchmark
  public int windowPlain() {
    double[] sums = new double[size + 1];
    for (int i = 0; i < size; i++) {
      sums[i + 1] = sums[i] + Math.exp(logDensity[i]);
    }
    int best = 0;
    for (int i = 1; i + width <= size; i++) {
      if (sums[i + width] - sums[i] < sums[best + width] - sums[best]) {
        best = i;
      }
    }
    return best;
  }

  @Benchmark
  public double logDensities() {
    double sum = 0;
    for (double norm : norms) {
      sum += model.logDensity(norm);
    }
    return sum;
  }

  @Benchmark
  public double logDensitiesPlain() {
    double normalizer = -0.5 * Math.log(2 * Math.PI * VARIANCE);
    double sum = 0;
    for (double norm : norms) {
      sum += normalizer - 0.5 * (norm - MEAN) * (norm - MEAN) / VARIANCE;
    }
    return sum;
  }
}
