package org.c2fpl.detector;

/**
 * The compute capability of an NVIDIA GPU, as NVIDIA writes it: {@code major.minor}.
 *
 * <p>{@code libnd4jcuda.so} of ND4J 1.0.0-M2.1 holds machine code for {@value #BUILT_FOR}, but no
 * PTX, which a driver could translate for other GPUs. Machine code for x.y runs on x.z where z ≥ y
 * (CUDA C++ Programming Guide, "Binary Compatibility").
 */
record ComputeCapability(int major, int minor) {
  static final String BUILT_FOR = "3.7, 5.0, 5.2, 6.0, 6.1, 7.0, 7.5, 8.0 and 8.6";

  boolean hasMachineCode() {
    return (major == 3 && minor >= 7) || (major >= 5 && major <= 8);
  }

  /**
   * @throws IllegalStateException if ND4J has no machine code for the compute capability of {@code
   *     device}
   */
  void requireMachineCode(int device) {
    if (!hasMachineCode()) {
      throw new IllegalStateException(
          "GPU %d has compute capability %d.%d, and ND4J's machine code is for %s"
              .formatted(device, major, minor, BUILT_FOR));
    }
  }
}
