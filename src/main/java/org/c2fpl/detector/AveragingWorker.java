package org.c2fpl.detector;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.SparkEnv;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.storage.BlockManagerId;
import org.c2fpl.method.training.SegmentDeal;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.spark.api.TrainingHook;
import org.deeplearning4j.spark.api.TrainingWorker;
import org.deeplearning4j.spark.api.WorkerConfiguration;
import org.deeplearning4j.spark.api.stats.SparkTrainingStats;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.dataset.api.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * One worker in one round: takes the broadcast state, trains its batches in order, each with
 * dropout masks seeded by (seed, epoch, worker, batch), and returns the new state.
 */
final class AveragingWorker implements TrainingWorker<AveragingRound.Result> {
  private static final long serialVersionUID = 1L;

  private final Broadcast<AveragingRound> round;
  private final int worker;
  private final List<TrainingHook> hooks;
  private int trained;
  private double loss;
  private long rows;
  private int badBatch = -1;

  AveragingWorker(Broadcast<AveragingRound> round, int worker) {
    this.round = round;
    this.worker = worker;
    this.hooks = new ArrayList<>(round.value().hooks());
  }

  @Override
  public ComputationGraph getInitialModelGraph() {
    String configuration = round.value().configuration();
    ComputationGraph network =
        NetworkPool.borrow(configuration, NetworkPool.fromJson(configuration));
    round.value().state().into(network);
    return network;
  }

  /** Trains a batch; returns the result if it is the last of the round. */
  @Override
  public AveragingRound.Result processMinibatch(
      DataSet batch, ComputationGraph network, boolean isLast) {
    int number = round.value().firstBatch() + trained;
    Nd4j.getRandom()
        .setSeed(
            SegmentDeal.batchSeed(
                round.value().seed(), round.value().state().epoch(), worker, number));
    org.nd4j.linalg.dataset.DataSet data = (org.nd4j.linalg.dataset.DataSet) batch;
    hooks.forEach(hook -> hook.preUpdate(data, network));
    network.fit(batch);
    hooks.forEach(hook -> hook.postUpdate(data, network));
    trained++;
    loss += network.score() * batch.numExamples();
    rows += batch.numExamples();
    if (!Double.isFinite(loss) && badBatch < 0) {
      badBatch = number;
    }
    return isLast ? getFinalResult(network) : null;
  }

  /** Whether training must stop because the loss is not finite. */
  boolean diverged() {
    return badBatch >= 0;
  }

  @Override
  public AveragingRound.Result getFinalResult(ComputationGraph network) {
    NetworkState state = rows == 0 ? empty() : NetworkState.of(network);
    NetworkPool.giveBack(round.value().configuration(), network);
    return result(state);
  }

  @Override
  public AveragingRound.Result getFinalResultNoData() {
    return result(empty());
  }

  private AveragingRound.Result result(NetworkState state) {
    BlockManagerId id = SparkEnv.get().blockManager().blockManagerId();
    String location = "executor_" + id.host() + "_" + id.executorId();
    return new AveragingRound.Result(
        state, loss, rows, trained, badBatch, rows == 0, location, Machine.here());
  }

  private static NetworkState empty() {
    return new NetworkState(new byte[0], new byte[0], 0, 0);
  }

  @Override
  public void addHook(TrainingHook hook) {
    hooks.add(hook);
  }

  @Override
  public void removeHook(TrainingHook hook) {
    hooks.remove(hook);
  }

  @Override
  public WorkerConfiguration getDataConfiguration() {
    int batches = round.value().batches();
    return new WorkerConfiguration(true, 1, 1, batches, 0, false);
  }

  @Override
  public long getInstanceId() {
    return worker;
  }

  @Override
  public Pair<AveragingRound.Result, SparkTrainingStats> processMinibatchWithStats(
      DataSet batch, ComputationGraph network, boolean isLast) {
    return Pair.of(processMinibatch(batch, network, isLast), null);
  }

  @Override
  public Pair<AveragingRound.Result, SparkTrainingStats> getFinalResultWithStats(
      ComputationGraph network) {
    return Pair.of(getFinalResult(network), null);
  }

  @Override
  public Pair<AveragingRound.Result, SparkTrainingStats> getFinalResultNoDataWithStats() {
    return Pair.of(getFinalResultNoData(), null);
  }

  @Override
  public MultiLayerNetwork getInitialModel() {
    throw SynchronousAveragingMaster.graphsOnly();
  }

  @Override
  public AveragingRound.Result processMinibatch(
      DataSet batch, MultiLayerNetwork network, boolean isLast) {
    throw SynchronousAveragingMaster.graphsOnly();
  }

  @Override
  public AveragingRound.Result processMinibatch(
      MultiDataSet batch, ComputationGraph network, boolean isLast) {
    throw SynchronousAveragingMaster.dataSetsOnly();
  }

  @Override
  public Pair<AveragingRound.Result, SparkTrainingStats> processMinibatchWithStats(
      DataSet batch, MultiLayerNetwork network, boolean isLast) {
    throw SynchronousAveragingMaster.graphsOnly();
  }

  @Override
  public Pair<AveragingRound.Result, SparkTrainingStats> processMinibatchWithStats(
      MultiDataSet batch, ComputationGraph network, boolean isLast) {
    throw SynchronousAveragingMaster.dataSetsOnly();
  }

  @Override
  public AveragingRound.Result getFinalResult(MultiLayerNetwork network) {
    throw SynchronousAveragingMaster.graphsOnly();
  }

  @Override
  public Pair<AveragingRound.Result, SparkTrainingStats> getFinalResultWithStats(
      MultiLayerNetwork network) {
    throw SynchronousAveragingMaster.graphsOnly();
  }
}
