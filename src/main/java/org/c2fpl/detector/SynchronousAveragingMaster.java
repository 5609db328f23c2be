package org.c2fpl.detector;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.c2fpl.errors.DataException;
import org.deeplearning4j.core.loader.DataSetLoader;
import org.deeplearning4j.core.loader.MultiDataSetLoader;
import org.deeplearning4j.core.storage.StatsStorageRouter;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.deeplearning4j.spark.api.TrainingHook;
import org.deeplearning4j.spark.api.TrainingMaster;
import org.deeplearning4j.spark.api.stats.SparkTrainingStats;
import org.deeplearning4j.spark.impl.graph.SparkComputationGraph;
import org.deeplearning4j.spark.impl.multilayer.SparkDl4jMultiLayer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import scala.collection.JavaConverters;
import scala.collection.Seq;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;

/**
 * Synchronous parameter averaging whose result depends only on the batches and the seed.
 *
 * <p>Partition p of the RDD is worker p, and its {@link DataSet}s in order are its mini-batches. In
 * a round every worker starts from the same state (parameters, updater, iteration, epoch), trains
 * up to {@code averagingFrequency} of its next batches, each with its own dropout seed, and the
 * driver takes the mean of the states weighted by the rows trained, summed in double in the order
 * of the partitions. A worker without batches takes no part. One call trains one epoch. A single
 * worker needs no average and trains the epoch in one round, to the same bits.
 *
 * <p>Any RDD can be used. An RDD is computed once per round; if its iterators cannot skip, a task
 * reads the batches of earlier rounds and ignores them.
 *
 * <p>Driver memory: the state of every worker once (8.5 MB each at the standard size), and {@code
 * spark.driver.maxResultSize} must allow them.
 */
public final class SynchronousAveragingMaster
    implements TrainingMaster<AveragingRound.Result, AveragingWorker> {
  /** Numbers of a mean that are summed at a time. */
  private static final int MEAN_CHUNK = 4096;

  private final int averagingFrequency;
  private final long seed;
  private final List<TrainingHook> hooks = new ArrayList<>();
  private final List<TrainingListener> listeners = new ArrayList<>();
  private final Set<Machine> machines = new LinkedHashSet<>();
  private double epochLoss = Double.NaN;

  /**
   * @param averagingFrequency batches that a worker trains between two averages, ≥ 1
   * @param seed of the dropout masks
   */
  public SynchronousAveragingMaster(int averagingFrequency, long seed) {
    if (averagingFrequency < 1) {
      throw new IllegalArgumentException(
          "averagingFrequency must be at least 1, found " + averagingFrequency);
    }
    this.averagingFrequency = averagingFrequency;
    this.seed = seed;
  }

  /** The mean loss over the rows of the last epoch, with the l2 term and dropout as trained. */
  public double epochLoss() {
    return epochLoss;
  }

  /** The kinds of machines that have trained so far. */
  public Set<Machine> machines() {
    return Set.copyOf(machines);
  }

  @Override
  public void executeTraining(SparkComputationGraph graph, JavaRDD<DataSet> batches) {
    ComputationGraph network = graph.getNetwork();
    JavaSparkContext spark = graph.getSparkContext();
    String configuration = configuration(network);
    List<Object> active = new ArrayList<>();
    for (int p = 0; p < batches.getNumPartitions(); p++) {
      active.add(p);
    }
    // The mean over one worker is its state, so a round may be as long as the epoch.
    int frequency = active.size() == 1 ? Integer.MAX_VALUE : averagingFrequency;
    double loss = 0;
    long rows = 0;
    for (long first = 0; !active.isEmpty(); first += frequency) {
      AveragingRound round =
          new AveragingRound(
              configuration,
              NetworkState.of(network),
              Math.toIntExact(first),
              frequency,
              seed,
              List.copyOf(hooks));
      AveragingRound.Result[] results = run(spark, batches, round, active);
      List<Object> left = new ArrayList<>();
      int trained = 0;
      for (int i = 0; i < results.length; i++) {
        AveragingRound.Result result = results[i];
        requireFinite(result, network);
        loss += result.loss();
        rows += result.rows();
        trained = Math.max(trained, result.batches());
        machines.add(result.machine());
        if (!result.exhausted()) {
          left.add(active.get(i));
        }
        if (batches.rdd() instanceof SegmentBatches segments) {
          segments.locate((Integer) active.get(i), result.location());
        }
      }
      if (trained > 0) {
        average(results, network, trained);
        network.setScore(loss / rows);
        for (TrainingListener listener : listeners) {
          listener.iterationDone(network, network.getIterationCount(), network.getEpochCount());
        }
      }
      active = left;
    }
    epochLoss = rows == 0 ? Double.NaN : loss / rows;
    graph.setScore(epochLoss);
  }

  private static AveragingRound.Result[] run(
      JavaSparkContext spark,
      JavaRDD<DataSet> batches,
      AveragingRound round,
      List<Object> partitions) {
    Broadcast<AveragingRound> broadcast = spark.broadcast(round);
    try {
      ClassTag<AveragingRound.Result> tag = ClassTag$.MODULE$.apply(AveragingRound.Result.class);
      Seq<Object> wanted = JavaConverters.asScalaBuffer(partitions).toSeq();
      return (AveragingRound.Result[])
          spark.sc().runJob(batches.rdd(), new AveragingTask(broadcast), wanted, tag);
    } finally {
      broadcast.destroy();
    }
  }

  private void average(
      AveragingRound.Result[] results, ComputationGraph network, int batchesTrained) {
    List<byte[]> parameters = new ArrayList<>();
    List<byte[]> updaters = new ArrayList<>();
    List<Long> weights = new ArrayList<>();
    for (AveragingRound.Result result : results) {
      if (result.rows() > 0) {
        parameters.add(result.state().parameters());
        updaters.add(result.state().updater());
        weights.add(result.rows());
      }
    }
    NetworkState state =
        new NetworkState(
            mean(parameters, weights),
            mean(updaters, weights),
            network.getIterationCount() + batchesTrained,
            network.getEpochCount());
    state.into(network);
    INDArray mean = network.params();
    if (!Double.isFinite(mean.sumNumber().doubleValue())) {
      throw notFinite(
          "a parameter became NaN or infinite",
          network.getEpochCount(),
          network.getIterationCount());
    }
  }

  /** The weighted mean, in double and in the order of the list. */
  static byte[] mean(List<byte[]> values, List<Long> weights) {
    byte[] mean = new byte[values.get(0).length];
    double total = weights.stream().mapToDouble(Long::doubleValue).sum();
    float[] part = new float[MEAN_CHUNK];
    double[] sum = new double[MEAN_CHUNK];
    int length = mean.length / Float.BYTES;
    for (int from = 0; from < length; from += MEAN_CHUNK) {
      int numbers = Math.min(MEAN_CHUNK, length - from);
      Arrays.fill(sum, 0);
      for (int w = 0; w < values.size(); w++) {
        LittleEndian.view(values.get(w)).get(from, part, 0, numbers);
        double weight = weights.get(w);
        for (int i = 0; i < numbers; i++) {
          sum[i] += weight * part[i];
        }
      }
      for (int i = 0; i < numbers; i++) {
        part[i] = (float) (sum[i] / total);
      }
      LittleEndian.view(mean).put(from, part, 0, numbers);
    }
    return mean;
  }

  private static void requireFinite(AveragingRound.Result result, ComputationGraph network) {
    if (result.badBatch() >= 0) {
      throw notFinite(
          "the loss became " + (Double.isNaN(result.loss()) ? "NaN" : "infinite"),
          network.getEpochCount(),
          result.badBatch());
    }
  }

  private static DataException notFinite(String what, int epoch, int iteration) {
    return new DataException(
        String.format(
            Locale.ROOT,
            "Cannot train the detector: %s at epoch %d, iteration %d. Lower"
                + " --learning-rate or check the features; --standardize helps if they are not"
                + " I3D.",
            what,
            epoch + 1,
            iteration + 1));
  }

  /** The configuration without the counters, so that it stays the same over a training. */
  private static String configuration(ComputationGraph network) {
    ComputationGraphConfiguration configuration = network.getConfiguration().clone();
    configuration.setIterationCount(0);
    configuration.setEpochCount(0);
    return configuration.toJson();
  }

  @Override
  public AveragingWorker getWorkerInstance(SparkComputationGraph graph) {
    ComputationGraph network = graph.getNetwork();
    AveragingRound round =
        new AveragingRound(
            configuration(network),
            NetworkState.of(network),
            0,
            averagingFrequency,
            seed,
            List.copyOf(hooks));
    return new AveragingWorker(graph.getSparkContext().broadcast(round), 0);
  }

  @Override
  public void addHook(TrainingHook hook) {
    hooks.add(hook);
  }

  @Override
  public void removeHook(TrainingHook hook) {
    hooks.remove(hook);
  }

  /** Listeners run on the driver, after each average. */
  @Override
  public void setListeners(Collection<TrainingListener> listeners) {
    this.listeners.clear();
    this.listeners.addAll(listeners);
  }

  @Override
  public void setListeners(StatsStorageRouter router, Collection<TrainingListener> listeners) {
    setListeners(listeners);
  }

  @Override
  public String toJson() {
    return String.format(
        Locale.ROOT, "{\"averagingFrequency\": %d, \"seed\": %d}", averagingFrequency, seed);
  }

  @Override
  public String toYaml() {
    return String.format(
        Locale.ROOT, "averagingFrequency: %d%nseed: %d%n", averagingFrequency, seed);
  }

  @Override
  public void setCollectTrainingStats(boolean collect) {
    if (collect) {
      throw new UnsupportedOperationException(
          "This master collects no statistics: a round is a Spark job, see Spark's event"
              + " log (spark.eventLog.enabled).");
    }
  }

  @Override
  public boolean getIsCollectTrainingStats() {
    return false;
  }

  @Override
  public SparkTrainingStats getTrainingStats() {
    return null;
  }

  /** There are none. */
  @Override
  public boolean deleteTempFiles(JavaSparkContext spark) {
    return true;
  }

  /** There are none. */
  @Override
  public boolean deleteTempFiles(SparkContext spark) {
    return true;
  }

  @Override
  public AveragingWorker getWorkerInstance(SparkDl4jMultiLayer network) {
    throw graphsOnly();
  }

  @Override
  public void executeTraining(SparkDl4jMultiLayer network, JavaRDD<DataSet> batches) {
    throw graphsOnly();
  }

  @Override
  public void executeTrainingPaths(
      SparkDl4jMultiLayer network,
      SparkComputationGraph graph,
      JavaRDD<String> paths,
      DataSetLoader loader,
      MultiDataSetLoader multiLoader) {
    throw dataSetsOnly();
  }

  @Override
  public void executeTrainingMDS(SparkComputationGraph graph, JavaRDD<MultiDataSet> batches) {
    throw dataSetsOnly();
  }

  static UnsupportedOperationException graphsOnly() {
    return new UnsupportedOperationException(
        "This master trains a ComputationGraph: use SparkComputationGraph.fit(JavaRDD<DataSet>),"
            + " after MultiLayerNetwork.toComputationGraph() if necessary.");
  }

  static UnsupportedOperationException dataSetsOnly() {
    return new UnsupportedOperationException(
        "This master takes one input and one output in memory: use"
            + " SparkComputationGraph.fit(JavaRDD<DataSet>) on an RDD that loads the files.");
  }
}
