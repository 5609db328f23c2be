package org.c2fpl.detector;

import java.util.NoSuchElementException;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import scala.collection.AbstractIterator;

/**
 * A worker's mini-batches of one epoch, read from its store when asked for.
 *
 * <p>A {@link DataSet} holds {@code segments × crops} rows of {@code dim} features, a segment's
 * crops being consecutive, and the segment's label at each row. The last batch may be smaller.
 */
final class BatchIterator extends AbstractIterator<DataSet> {
  private final WorkerStore store;
  private final int[] order;
  private final int batch;
  private final int crops;
  private final int dim;
  private WorkerStore.Reader reader;
  private int next;

  BatchIterator(WorkerStore store, int[] order, int batch, int crops, int dim) {
    this.store = store;
    this.order = order;
    this.batch = batch;
    this.crops = crops;
    this.dim = dim;
  }

  /** Passes over batches without reading them. */
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
    int values = crops * dim;
    float[] features = new float[Math.multiplyExact(segments, values)];
    float[] labels = new float[segments * crops];
    for (int s = 0; s < segments; s++) {
      int position = order[next + s];
      reader.read(position, features, s * values);
      java.util.Arrays.fill(labels, s * crops, (s + 1) * crops, store.label(position));
    }
    next += segments;
    if (!hasNext()) {
      close();
    }
    return new DataSet(
        Nd4j.create(features, new long[] {(long) segments * crops, dim}, 'c'),
        Nd4j.create(labels, new long[] {(long) segments * crops, 1}, 'c'));
  }

  /** Closes the file; may be called again. */
  void close() {
    if (reader != null) {
      reader.close();
      reader = null;
    }
  }
}
