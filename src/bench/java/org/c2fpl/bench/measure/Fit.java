package org.c2fpl.bench.measure;

import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Random;
import org.bytedeco.javacpp.FloatPointer;
import org.c2fpl.detector.DetectorArchitecture;
import org.c2fpl.detector.NativeThreads;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/** Steps of the detector in one process, batches gathered from one array outside the heap. */
final class Fit {
  private static final int SEED = 1;
  private static final int WARM_UP = 25;
  private static final double LEARNING_RATE = 0.01;

  private final int batch;
  private final int crops;
  private final int dim;
  private final int segments;

  /** Kept because the memory of the buffer is freed with it. */
  private final FloatPointer memory;

  private final FloatBuffer features;
  private final FloatBuffer room;
  private final INDArray batchFeatures;
  private final int[] order;
  private final Random random = new Random(SEED);
  private final ComputationGraph network;
  private int next;

  private Fit(int batch, int crops, int dim, int segments) {
    this.batch = batch;
    this.crops = crops;
    this.dim = dim;
    this.segments = segments;
    this.memory = new FloatPointer((long) segments * crops * dim);
    this.features = memory.asBuffer();
    float[] row = new float[dim];
    for (int at = 0; at < features.capacity(); at += dim) {
      for (int d = 0; d < dim; d++) {
        row[d] = Math.abs(random.nextFloat() - 0.5f);
      }
      features.put(at, row);
    }
    this.batchFeatures =
        Nd4j.createUninitializedDetached(DataType.FLOAT, (long) batch * crops, dim);
    this.room =
        new FloatPointer(batchFeatures.data().pointer())
            .capacity(batchFeatures.length())
            .asBuffer();
    this.order = new int[segments];
    Arrays.setAll(order, i -> i);
    this.next = segments;
    this.network = DetectorArchitecture.standard(dim, crops).network(LEARNING_RATE, SEED);
  }

  /** {@code fit <threads> <batch> <crops> <dim> <steps>}: segments per second. */
  static void measure(String[] arguments) throws Exception {
    threads(Integer.parseInt(arguments[0]));
    int batch = Integer.parseInt(arguments[1]);
    int crops = Integer.parseInt(arguments[2]);
    int steps = Integer.parseInt(arguments[4]);
    Fit fit = new Fit(batch, crops, Integer.parseInt(arguments[3]), segments(batch, crops));
    for (int i = 0; i < WARM_UP; i++) {
      fit.step();
    }
    double seconds =
        Measurement.seconds(
            () -> {
              for (int i = 0; i < steps; i++) {
                fit.step();
              }
            });
    double rows = (double) steps * batch;
    Measurement.of(batch + " × " + crops)
        .with("seconds", seconds)
        .with("rows", rows)
        .with("rows_per_second", rows / seconds)
        .with("loss", fit.network.score())
        .print();
  }

  /** {@code fit-batches <batch> <crops> <dim> <segments> <epochs>}: seconds per epoch. */
  static void epochs(String[] arguments) throws Exception {
    threads(1);
    int batch = Integer.parseInt(arguments[0]);
    Fit fit =
        new Fit(
            batch,
            Integer.parseInt(arguments[1]),
            Integer.parseInt(arguments[2]),
            Integer.parseInt(arguments[3]));
    int epochs = Integer.parseInt(arguments[4]);
    int steps = fit.segments / batch;
    for (int i = 0; i < steps; i++) {
      fit.step();
    }
    double seconds =
        Measurement.seconds(
            () -> {
              for (int i = 0; i < steps * (epochs - 1); i++) {
                fit.step();
              }
            });
    Measurement.of("epoch").with("seconds", seconds / (epochs - 1)).print();
  }

  /** Enough that a batch is not in the processor's cache: about 128 MiB. */
  static int segments(int batch, int crops) {
    return Math.max(4 * batch, 16_384 / crops);
  }

  /** Threads of the native operations; {@code OMP_NUM_THREADS} is the same. */
  static void threads(int threads) throws ClassNotFoundException {
    if (threads == 1) {
      NativeThreads.pin();
    } else {
      // Installed by pinning, too, but without the pin.
      Class.forName(NativeThreads.class.getName());
      Nd4j.factory().blas().setMaxThreads(threads);
    }
  }

  private void step() {
    if (next + batch > segments) {
      shuffle();
      next = 0;
    }
    int length = crops * dim;
    float[] labels = new float[batch * crops];
    for (int s = 0; s < batch; s++) {
      int segment = order[next + s];
      room.put(s * length, features, segment * length, length);
      Arrays.fill(labels, s * crops, (s + 1) * crops, segment % 8 == 0 ? 1 : 0);
    }
    next += batch;
    network.fit(
        new DataSet(batchFeatures, Nd4j.create(labels, new long[] {(long) batch * crops, 1}, 'c')));
  }

  private void shuffle() {
    for (int i = segments - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int kept = order[i];
      order[i] = order[j];
      order[j] = kept;
    }
  }
}
