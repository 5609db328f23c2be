package org.c2fpl.detector;

import java.nio.ByteBuffer;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.nd4j.linalg.api.concurrency.AffinityManager;
import org.nd4j.linalg.api.memory.pointers.PagedPointer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The memory of arrays outside the heap, without copies. The numbers of an array are contiguous in
 * its order. Users of a buffer must keep the array alive, and call {@link #written} after they
 * changed numbers.
 *
 * <p>With a GPU backend an array has a second copy on the device; getting a buffer copies the
 * numbers to the host. This has never run on a GPU.
 */
final class NativeMemory {
  private NativeMemory() {}

  /** The numbers of an array of FLOAT. */
  static FloatBuffer floats(INDArray array) {
    return new FloatPointer(start(array)).capacity(array.length()).asBuffer();
  }

  /** The numbers of an array of DOUBLE. */
  static DoubleBuffer doubles(INDArray array) {
    return new DoublePointer(start(array)).capacity(array.length()).asBuffer();
  }

  /** The bytes of an array of any type, at most 2 GiB. */
  static ByteBuffer bytes(INDArray array) {
    long bytes = Math.multiplyExact(array.length(), array.dataType().width());
    return new BytePointer(start(array)).capacity(Math.toIntExact(bytes)).asBuffer();
  }

  /** Marks the numbers of an array as changed, which invalidates a copy on a device. */
  static void written(INDArray array) {
    Nd4j.getAffinityManager().tagLocation(array, AffinityManager.Location.HOST);
  }

  private static PagedPointer start(INDArray array) {
    Nd4j.getAffinityManager().ensureLocation(array, AffinityManager.Location.HOST);
    // The buffer of a view has the address of the underlying array.
    return new PagedPointer(array.data().address() + array.offset() * array.dataType().width());
  }
}
