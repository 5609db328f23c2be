package org.c2fpl.detector;

import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Rows of an array outside the heap, read and written as doubles without copying the array. The
 * numbers are stored row by row; the array must live as long as this object.
 */
interface NumberRows {
  /** Reads a row into {@code to}, which has the length of a row. */
  void read(int row, double[] to);

  /** Writes a row from {@code from}, which has the length of a row. */
  void write(int row, double[] from);

  /**
   * @param array of FLOAT or DOUBLE, its numbers without gaps in memory
   */
  static NumberRows of(INDArray array) {
    return array.dataType() == DataType.DOUBLE
        ? new Doubles(array, NativeMemory.doubles(array))
        : new Floats(array, NativeMemory.floats(array));
  }

  /**
   * @param owner keeps the memory from being freed
   */
  record Doubles(INDArray owner, DoubleBuffer numbers) implements NumberRows {
    @Override
    public void read(int row, double[] to) {
      numbers.get(row * to.length, to);
    }

    @Override
    public void write(int row, double[] from) {
      numbers.put(row * from.length, from);
    }
  }

  /** Uses a scratch row, since copying a whole row is faster than number by number. */
  final class Floats implements NumberRows {
    // Never read, but an array without a reference is freed while the buffer is in use.
    @SuppressWarnings("UnusedVariable")
    private final INDArray owner;

    private final FloatBuffer numbers;
    private float[] row = new float[0];

    Floats(INDArray owner, FloatBuffer numbers) {
      this.owner = owner;
      this.numbers = numbers;
    }

    @Override
    public void read(int index, double[] to) {
      fit(to.length);
      numbers.get(index * to.length, row);
      for (int i = 0; i < to.length; i++) {
        to[i] = row[i];
      }
    }

    @Override
    public void write(int index, double[] from) {
      fit(from.length);
      for (int i = 0; i < from.length; i++) {
        row[i] = (float) from[i];
      }
      numbers.put(index * from.length, row);
    }

    private void fit(int length) {
      if (row.length != length) {
        row = new float[length];
      }
    }
  }
}
