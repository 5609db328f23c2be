package org.c2fpl.detector;

import org.bytedeco.cuda.global.cudart;
import org.bytedeco.cuda.global.cusolver;
import org.bytedeco.javacpp.Loader;
import org.nd4j.linalg.jcublas.JCublasBackend;

/**
 * ND4J's backend for CUDA, for GPUs that it has machine code for alone. Takes the place of {@link
 * JCublasBackend} in {@code META-INF/services}: that one takes any GPU with a driver and cuBLAS.
 */
public final class CudaBackend extends JCublasBackend {

  /**
   * True.
   *
   * @throws RuntimeException where there is no GPU, or one that ND4J has no machine code for
   * @throws UnsatisfiedLinkError where one of CUDA's libraries is missing
   */
  @Override
  public boolean canRun() {
    super.canRun();
    // Without this one, libnd4jcuda.so itself would fail to load.
    Loader.load(cusolver.class);
    int[] devices = {0};
    succeeded(cudart.cudaGetDeviceCount(devices));
    for (int device = 0; device < devices[0]; device++) {
      new ComputeCapability(
              attribute(cudart.cudaDevAttrComputeCapabilityMajor, device),
              attribute(cudart.cudaDevAttrComputeCapabilityMinor, device))
          .requireMachineCode(device);
    }
    return true;
  }

  private static int attribute(int attribute, int device) {
    int[] value = {0};
    succeeded(cudart.cudaDeviceGetAttribute(value, attribute, device));
    return value[0];
  }

  private static void succeeded(int error) {
    if (error != cudart.cudaSuccess) {
      throw new IllegalStateException(cudart.cudaGetErrorString(error).getString());
    }
  }
}
