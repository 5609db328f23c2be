package org.c2fpl.detector;

import org.bytedeco.cuda.global.cudart;
import org.bytedeco.javacpp.Loader;
import org.nd4j.linalg.jcublas.JCublasBackend;
import org.nd4j.linalg.jcublas.bindings.Nd4jCuda;

/**
 * ND4J's backend for CUDA, only for GPUs for which it has machine code. Replaces {@link
 * JCublasBackend} in {@code META-INF/services}, which accepts any GPU with a driver and cuBLAS.
 */
public final class CudaBackend extends JCublasBackend {

  /**
   * True.
   *
   * @throws RuntimeException if there is no GPU, or only one without machine code in ND4J
   * @throws UnsatisfiedLinkError if one of CUDA's libraries is missing
   */
  @Override
  public boolean canRun() {
    super.canRun();
    int[] devices = {0};
    succeeded(cudart.cudaGetDeviceCount(devices));
    for (int device = 0; device < devices[0]; device++) {
      new ComputeCapability(
              attribute(cudart.cudaDevAttrComputeCapabilityMajor, device),
              attribute(cudart.cudaDevAttrComputeCapabilityMinor, device))
          .requireMachineCode(device);
    }
    // It needs more CUDA libraries than were checked so far.
    Loader.load(Nd4jCuda.class);
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
