package org.c2fpl.bench.kernels;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.c2fpl.method.statistics.FeatureProfile;
import org.c2fpl.method.statistics.SegmentNorm;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** The norm of a segment with 2,048 components per crop. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class NormKernel {
  private static final int DIM = 2048;

  @Param({"1", "10"})
  public int size;

  private byte[] features;
  private ByteBuffer buffer;
  private double[] mean;
  private double[] deviation;
  private FeatureProfile profile;

  @Setup
  public void generate() {
    Random random = new Random(1);
    features = new byte[size * DIM * Float.BYTES];
    buffer = ByteBuffer.wrap(features).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < size * DIM; i++) {
      buffer.putFloat(i * Float.BYTES, random.nextFloat());
    }
    mean = random.doubles(DIM).toArray();
    deviation = random.doubles(DIM, 0.5, 1.5).toArray();
    profile = new FeatureProfile(mean, deviation);
  }

  @Benchmark
  public double norm() {
    return SegmentNorm.meanNorm(features, size, DIM);
  }

  @Benchmark
  public double normPlain() {
    double norms = 0;
    for (int crop = 0; crop < size; crop++) {
      double squares = 0;
      for (int d = 0; d < DIM; d++) {
        double x = buffer.getFloat((crop * DIM + d) * Float.BYTES);
        squares += x * x;
      }
      norms += Math.sqrt(squares);
    }
    return norms / size;
  }

  @Benchmark
  public double standardized() {
    return SegmentNorm.meanNorm(features, size, profile);
  }

  @Benchmark
  public double standardizedPlain() {
    double norms = 0;
    for (int crop = 0; crop < size; crop++) {
      double squares = 0;
      for (int d = 0; d < DIM; d++) {
        double z = (buffer.getFloat((crop * DIM + d) * Float.BYTES) - mean[d]) / deviation[d];
        squares += z * z;
      }
      norms += Math.sqrt(squares);
    }
    return norms / size;
  }
}
