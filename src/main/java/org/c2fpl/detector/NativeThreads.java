package org.c2fpl.detector;

import java.util.List;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOpsHolder;

/**
 * Threads of the native operations. Their number changes the last bits of sums, so training pins it
 * to one; parallelism comes from Spark's tasks.
 *
 * <p>OpenMP and BLAS threads can be set at run time. ND4J's own pool reads {@code OMP_NUM_THREADS}
 * once, when the library loads, and ignores later calls: that variable has to be 1 in the
 * environment of driver and executors ({@code spark.executorEnv.OMP_NUM_THREADS}).
 */
public final class NativeThreads {
  /**
   * Variables of the environment by which OpenBLAS takes other kernels than the processor's, or
   * blocks them otherwise, which changes the last bits of products: they have to be alike on driver
   * and executors.
   */
  public static final List<String> KERNEL_CHOICE = List.of("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE");

  // Whoever runs native operations pins their threads first, so this is the place.
  static {
    NativeBackend.load();
    OperandKeeper.install();
  }

  // OpenMP keeps the number for each thread that calls it, and asking BLAS is slow.
  private static final ThreadLocal<Integer> PINNED = ThreadLocal.withInitial(NativeThreads::set);

  private NativeThreads() {}

  /**
   * Pins what can be pinned now, for the calling thread; does nothing the second time.
   *
   * @return threads native operations may still use; 1 when the environment was right
   */
  public static int pin() {
    return PINNED.get();
  }

  private static int set() {
    // The backend has to be loaded before the holder of its operations is touched.
    var blas = Nd4j.factory().blas();
    blas.setMaxThreads(1);
    var operations = NativeOpsHolder.getInstance().getDeviceNativeOps();
    operations.setOmpNumThreads(1);
    return Math.max(
        Nd4j.getEnvironment().maxThreads(),
        Math.max(operations.ompGetMaxThreads(), blas.getMaxThreads()));
  }
}
