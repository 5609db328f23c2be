package org.c2fpl.detector;

import java.io.Serializable;
import org.apache.spark.TaskContext;
import org.apache.spark.broadcast.Broadcast;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.dataset.DataSet;
import scala.collection.Iterator;
import scala.runtime.AbstractFunction2;

/**
 * A worker's part of a round as a Spark task. It keeps nothing between calls, so a task may be
 * retried or run twice.
 */
final class AveragingTask
    extends AbstractFunction2<TaskContext, Iterator<DataSet>, AveragingRound.Result>
    implements Serializable {
  private static final long serialVersionUID = 1L;

  private final Broadcast<AveragingRound> broadcast;

  AveragingTask(Broadcast<AveragingRound> broadcast) {
    this.broadcast = broadcast;
  }

  @Override
  public AveragingRound.Result apply(TaskContext context, Iterator<DataSet> batches) {
    // OpenMP keeps the number of threads for each calling thread.
    NativeThreads.pin();
    TaskDevice.use();
    AveragingRound round = broadcast.value();
    if (batches instanceof BatchIterator own) {
      own.skip(round.firstBatch());
      own.reuse();
    } else {
      for (int b = 0; b < round.firstBatch() && batches.hasNext(); b++) {
        batches.next();
      }
    }
    AveragingWorker worker = new AveragingWorker(broadcast, context.partitionId());
    if (!batches.hasNext()) {
      return worker.getFinalResultNoData();
    }
    ComputationGraph network = worker.getInitialModelGraph();
    for (int b = 0; b < round.batches() && batches.hasNext() && !worker.diverged(); b++) {
      worker.processMinibatch(batches.next(), network, false);
    }
    return worker.getFinalResult(network).exhausted(!batches.hasNext());
  }
}
