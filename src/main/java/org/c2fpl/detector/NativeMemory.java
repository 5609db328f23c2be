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
 * The memory of arrays outside the heap, without copies. The numbers of an array lie there without
 * gaps in its order; whoever uses a buffer keeps the array alive, and calls {@link #written} when
 * it has changed numbers.
 *
 * <p>With a GPU's backend an array has a second copy on the device: the numbers are brought to the
 * host when a buffer is asked for. That never ran on a GPU.
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

  /** The bytes of an array of any numbers, of 2 GiB at most. */
  static ByteBuffer bytes(INDArray array) {
    long bytes = Math.multiplyExact(array.length(), array.dataType().width());
    return new BytePointer(start(array)).capacity(Math.toIntExact(bytes)).asBuffer();
  }

  /** Tells that numbers of an array were changed, so that no copy on a device counts any more. */
  static void written(INDArray array) {
    Nd4j.getAffinityManager().tagLocation(array, AffinityManager.Location.HOST);
  }

  private static PagedPointer start(INDArray array) {
    Nd4j.getAffinityManager().ensureLocation(array, AffinityManager.Location.HOST);
    // A view's buffer has the address of the array that it is a view of.
    return new PagedPointer(array.data().address() + array.offset() * array.dataType().width());
  }
}
