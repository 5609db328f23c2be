package org.c2fpl.detector;

import java.io.Serializable;
import java.util.List;
import org.deeplearning4j.spark.api.TrainingHook;
import org.deeplearning4j.spark.api.TrainingResult;
import org.deeplearning4j.spark.api.stats.SparkTrainingStats;

/**
 * The input of every worker for a round; a worker's result depends only on it and on its batches.
 *
 * @param configuration of the network, as DL4J's JSON
 * @param state to start from
 * @param firstBatch number of the round's first batch within the epoch
 * @param batches the most batches to train in the round
 */
record AveragingRound(
    String configuration,
    NetworkState state,
    int firstBatch,
    int batches,
    long seed,
    List<TrainingHook> hooks)
    implements Serializable {

  /**
   * The result of a worker after a round.
   *
   * @param loss sum over the rows of the loss of their batch
   * @param rows trained in the round; 0 if the worker had no batch left
   * @param batches trained in the round
   * @param badBatch the batch within the epoch whose loss was not finite, or −1
   * @param exhausted whether the worker has no batch left in the epoch
   * @param location of the executor, as Spark names task locations
   */
  record Result(
      NetworkState state,
      double loss,
      long rows,
      int batches,
      int badBatch,
      boolean exhausted,
      String location,
      Machine machine)
      implements TrainingResult, Serializable {
    @Override
    public void setStats(SparkTrainingStats stats) {
      // Results have no statistics of DL4J; those of Spark show the time of every round.
    }

    Result exhausted(boolean now) {
      return new Result(state, loss, rows, batches, badBatch, now, location, machine);
    }
  }
}
