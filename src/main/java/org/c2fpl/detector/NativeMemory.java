package org.c2fpl.detector;

import java.nio.ByteBuffer;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.nd4j.linalg.api.memory.pointers.PagedPointer;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The memory of arrays outside the heap, without copies. The numbers of an array lie there without
 * gaps in its order; whoever uses a buffer keeps the array alive.
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

  private static PagedPointer start(INDArray array) {
    // A view's buffer has the address of the array that it is a view of.
    return new PagedPointer(array.data().address() + array.offset() * array.dataType().width());
  }
}
