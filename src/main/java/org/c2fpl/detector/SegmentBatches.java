package org.c2fpl.detector;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.Partition;
import org.apache.spark.TaskContext;
import org.apache.spark.rdd.RDD;
import org.apache.spark.util.TaskCompletionListener;
import org.nd4j.linalg.dataset.DataSet;
import scala.collection.Iterator;
import scala.collection.JavaConverters;
import scala.collection.Seq;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;

/**
 * The mini-batches of an epoch as an RDD whose partitions read from the local stores. The parent,
 * which shuffles, is computed only if a store is missing.
 */
final class SegmentBatches extends RDD<DataSet> {
  private static final long serialVersionUID = 1L;

  private final String training;
  private final int deal;
  private final long seed;
  private final int epoch;
  private final int batch;
  private final int crops;
  private final int dim;
  private final transient Map<Integer, String> locations = new ConcurrentHashMap<>();

  SegmentBatches(
      RDD<WorkerStore> stores,
      String training,
      int deal,
      long seed,
      int epoch,
      int batch,
      int crops,
      int dim) {
    super(stores, tag(DataSet.class));
    this.training = training;
    this.deal = deal;
    this.seed = seed;
    this.epoch = epoch;
    this.batch = batch;
    this.crops = crops;
    this.dim = dim;
  }

  /**
   * Remembers, on the driver, which executor holds a worker's store, so that later tasks go there.
   *
   * @param location as Spark names a task location, {@code executor_<host>_<id>}
   */
  void locate(int worker, String location) {
    locations.put(worker, location);
  }

  /** The known locations of the stores, for the next epoch of the same deal. */
  Map<Integer, String> locations() {
    return Map.copyOf(locations);
  }

  @Override
  public Iterator<DataSet> compute(Partition split, TaskContext context) {
    int worker = split.index();
    RDD<WorkerStore> stores = parent(0, tag(WorkerStore.class));
    WorkerStore store =
        StoreRegistry.open(
            new StoreRegistry.Key(training, deal, worker),
            () -> stores.iterator(split, context).next());
    BatchIterator batches =
        new BatchIterator(store, store.order(seed, epoch, worker), batch, crops, dim);
    TaskCompletionListener close = completed -> batches.close();
    context.addTaskCompletionListener(close);
    return batches;
  }

  @Override
  public Partition[] getPartitions() {
    return parent(0, tag(WorkerStore.class)).partitions();
  }

  @Override
  public Seq<String> getPreferredLocations(Partition split) {
    String known = locations.get(split.index());
    List<String> preferred = known == null ? List.of() : List.of(known);
    return JavaConverters.asScalaBuffer(preferred).toSeq();
  }

  private static <T> ClassTag<T> tag(Class<T> type) {
    return ClassTag$.MODULE$.apply(type);
  }
}
