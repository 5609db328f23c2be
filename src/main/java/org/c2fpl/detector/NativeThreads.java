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
   * Environment variables that make OpenBLAS use other kernels or block sizes, which changes the
   * last bits of products: they must be the same on driver and executors.
   */
  public static final List<String> KERNEL_CHOICE = List.of("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE");

  // Every user of native operations pins their threads first, so this is done here.
  static {
    NativeBackend.load();
    OperandKeeper.install();
  }

  // OpenMP keeps the number for each calling thread, and asking BLAS is slow.
  private static final ThreadLocal<Integer> PINNED = ThreadLocal.withInitial(NativeThreads::set);

  private NativeThreads() {}

  /**
   * Pins the threads that can be pinned now, for the calling thread; does nothing the second time.
   *
   * @return threads that native operations may still use; 1 if the environment is right
   */
  public static int pin() {
    return PINNED.get();
  }

  private static int set() {
    // The backend must be loaded before the class that holds its operations.
    var blas = Nd4j.factory().blas();
    blas.setMaxThreads(1);
    var operations = NativeOpsHolder.getInstance().getDeviceNativeOps();
    operations.setOmpNumThreads(1);
    return Math.max(
        Nd4j.getEnvironment().maxThreads(),
        Math.max(operations.ompGetMaxThreads(), blas.getMaxThreads()));
  }
}
