package org.c2fpl.detector;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.NoSuchElementException;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import scala.collection.AbstractIterator;

/**
 * A worker's mini-batches of one epoch, read from its store on demand.
 *
 * <p>A {@link DataSet} holds {@code segments × crops} rows of {@code dim} features, with
 * consecutive crops of a segment, and the segment's label at each row. The last batch may be
 * smaller.
 */
final class BatchIterator extends AbstractIterator<DataSet> {
  private final WorkerStore store;
  private final int[] order;
  private final int batch;
  private final int crops;
  private final int dim;
  private WorkerStore.Reader reader;
  private int next;
  private boolean reuse;
  private INDArray kept;

  BatchIterator(WorkerStore store, int[] order, int batch, int crops, int dim) {
    this.store = store;
    this.order = order;
    this.batch = batch;
    this.crops = crops;
    this.dim = dim;
  }

  /** From now on the features of a batch are overwritten by those of the next. */
  void reuse() {
    reuse = true;
  }

  /** Skips batches without reading them. */
  void skip(int batches) {
    next = (int) Math.min(order.length, next + (long) batches * batch);
  }

  @Override
  public boolean hasNext() {
    return next < order.length;
  }

  @Override
  public DataSet next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    if (reader == null) {
      reader = store.reader();
    }
    int segments = Math.min(batch, order.length - next);
    long rows = (long) segments * crops;
    INDArray features = room(rows);
    ByteBuffer bytes = NativeMemory.bytes(features);
    float[] labels = new float[Math.toIntExact(rows)];
    for (int s = 0; s < segments; s++) {
      int position = order[next + s];
      reader.read(position, bytes);
      Arrays.fill(labels, s * crops, (s + 1) * crops, store.label(position));
    }
    NativeMemory.written(features);
    next += segments;
    if (!hasNext()) {
      closeFile();
    }
    return new DataSet(features, Nd4j.create(labels, new long[] {rows, 1}, 'c'));
  }

  private INDArray room(long rows) {
    if (!reuse) {
      return Nd4j.createUninitialized(DataType.FLOAT, rows, dim);
    }
    if (kept == null) {
      kept = Nd4j.createUninitializedDetached(DataType.FLOAT, rows, dim);
    }
    return kept.size(0) == rows ? kept : kept.get(NDArrayIndex.interval(0, rows));
  }

  /** Closes the file and frees what {@link #reuse} keeps; may be called more than once. */
  void close() {
    closeFile();
    if (kept != null) {
      // At once: the garbage collector does not see memory outside the heap.
      kept.close();
      kept = null;
    }
  }

  private void closeFile() {
    if (reader != null) {
      reader.close();
      reader = null;
    }
  }
}
