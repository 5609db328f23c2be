package org.c2fpl.detector;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.c2fpl.errors.DataException;
import org.c2fpl.workspace.Fingerprints;
import org.c2fpl.workspace.Json;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.spark.api.RDDTrainingApproach;
import org.deeplearning4j.spark.api.Repartition;
import org.deeplearning4j.spark.api.TrainingMaster;
import org.deeplearning4j.spark.impl.graph.SparkComputationGraph;
import org.deeplearning4j.spark.impl.paramavg.ParameterAveragingTrainingMaster;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import scala.reflect.ClassTag$;

/**
 * Trains the detector (Eq. 6), epoch by epoch, with a checkpoint after each.
 *
 * <p>With {@link MasterKind#AVERAGING} the parameters depend only on data, plan, architecture, CPU
 * type and native libraries: not on row order, partitioning, slots, or interruptions.
 */
public final class DetectorTraining {
  /**
   * Raised when the same segments, labels and plan give other parameters. 1: the output unit's bias
   * starts at 0. 2: at the log-odds of the mean target.
   */
  public static final int ALGORITHM = 2;

  private static final int TIMED_BATCHES = 8;

  private final JavaSparkContext spark;
  private final DetectorArchitecture architecture;
  private final TrainingPlan plan;
  private final TrainingData data;
  private final CheckpointFolder checkpoints;
  private final TrainingProgress progress;
  private final String training = UUID.randomUUID().toString();

  /**
   * @param checkpoints folder to write checkpoints to and continue from
   */
  public DetectorTraining(
      JavaSparkContext spark,
      DetectorArchitecture architecture,
      TrainingPlan plan,
      TrainingData data,
      FileSystem fs,
      Path checkpoints,
      TrainingProgress progress) {
    this.spark = spark;
    this.architecture = architecture;
    this.plan = plan;
    this.data = data;
    this.checkpoints = new CheckpointFolder(fs, checkpoints);
    this.progress = progress;
  }

  /**
   * Trains the remaining epochs.
   *
   * @throws DataException if the labels are all of one kind or out of range, a segment has no
   *     label, or the loss is not finite
   */
  public TrainingResult run() {
    long start = System.nanoTime();
    NativeThreads.pin();
    Targets.Counts counts = Targets.counted(data.labels());
    byte[] identity = identity();
    double outputBias = DetectorArchitecture.outputBias(counts.share());
    ComputationGraph network = architecture.network(plan.updater(), plan.seed(), outputBias);
    List<Double> losses = new ArrayList<>();
    Optional<Checkpoint> checkpoint = checkpoints.newest(identity, plan.epochs());
    if (checkpoint.isPresent()) {
      checkpoint.get().state().into(network);
      losses.addAll(checkpoint.get().losses());
      progress.resumed(network.getEpochCount());
    }
    int before = network.getEpochCount();
    Duration estimate = Duration.ZERO;
    if (before < plan.epochs()) {
      estimate = estimate(counts.segments(), plan.epochs() - before);
      progress.estimated(estimate);
    }
    Epochs epochs = new Epochs(network);
    Set<Machine> machines = new LinkedHashSet<>();
    long trainingStart = System.nanoTime();
    boolean timeIsUp = false;
    while (network.getEpochCount() < plan.epochs() && !timeIsUp) {
      long epochStart = System.nanoTime();
      losses.add(epochs.train(machines));
      checkpoints.write(new Checkpoint(identity, NetworkState.of(network), losses));
      progress.epoch(
          network.getEpochCount(),
          plan.epochs(),
          losses.get(losses.size() - 1),
          Duration.ofNanos(System.nanoTime() - epochStart));
      timeIsUp = plan.maxTime() != null && System.nanoTime() - start >= plan.maxTime().toNanos();
    }
    dropStores();
    NetworkState state = NetworkState.of(network);
    return new TrainingResult(
        state.parameters(),
        state.updater(),
        List.copyOf(losses),
        state.epoch(),
        state.epoch() < plan.epochs(),
        counts.segments(),
        counts.anomalous(),
        counts.share(),
        outputBias,
        estimate,
        Duration.ofNanos(System.nanoTime() - trainingStart),
        state.epoch() - before,
        machines);
  }

  /** Deletes the checkpoints after the model is stored. */
  public void dropCheckpoints() {
    checkpoints.clear();
  }

  /** Deletes the checkpoints if they belong to this training, whose model is already stored. */
  public void dropOwnCheckpoints() {
    if (checkpoints.newest(identity(), plan.epochs()).isPresent()) {
      dropCheckpoints();
    }
  }

  /** Runs the deals and masters over the epochs. */
  private final class Epochs {
    private final ComputationGraph network;
    private int deal = -1;
    private DealtSegments dealt;
    private Map<Integer, String> locations = Map.of();

    Epochs(ComputationGraph network) {
      this.network = network;
    }

    double train(Set<Machine> machines) {
      int epoch = network.getEpochCount();
      if (epoch / plan.dealEvery() != deal) {
        deal = epoch / plan.dealEvery();
        dealt =
            new DealtSegments(
                training,
                deal,
                plan.seed(),
                plan.workers(),
                architecture,
                data.features(),
                Targets.of(data.labels()),
                data.profile());
        locations = Map.of();
      }
      SegmentBatches batches = dealt.batches(epoch, plan.batch());
      locations.forEach(batches::locate);
      double loss =
          fit(network, JavaRDD.fromRDD(batches, ClassTag$.MODULE$.apply(DataSet.class)), machines);
      locations = batches.locations();
      return loss;
    }
  }

  /** One epoch through DL4J's public interface; returns the mean loss. */
  private double fit(ComputationGraph network, JavaRDD<DataSet> batches, Set<Machine> machines) {
    TrainingMaster<?, ?> master =
        switch (plan.master()) {
          case AVERAGING -> new SynchronousAveragingMaster(plan.averagingFrequency(), plan.seed());
          case STOCK -> stockMaster();
        };
    SparkComputationGraph graph = new SparkComputationGraph(spark, network, master);
    graph.fit(batches);
    if (master instanceof SynchronousAveragingMaster averaging) {
      machines.addAll(averaging.machines());
    } else {
      machines.add(Machine.here());
    }
    double loss = graph.getScore();
    if (!Double.isFinite(loss)) {
      throw new DataException(
          "Cannot train the detector: the loss became "
              + loss
              + " at epoch "
              + network.getEpochCount()
              + ". Lower --learning-rate or check the features.");
    }
    return loss;
  }

  private TrainingMaster<?, ?> stockMaster() {
    int rows = Math.multiplyExact(plan.batch(), architecture.crops());
    return new ParameterAveragingTrainingMaster.Builder(plan.workers(), rows)
        .batchSizePerWorker(rows)
        .averagingFrequency(plan.averagingFrequency())
        .workerPrefetchNumBatches(0)
        .repartionData(Repartition.Never)
        .rddTrainingApproach(RDDTrainingApproach.Direct)
        // The batches are read again from local files; a cache would hold all features.
        .storageLevel(null)
        .build();
  }

  /**
   * Estimates the time of the remaining rounds from a short and a longer round on throw-away
   * networks and random batches. An untimed round before them loads native libraries and compiles.
   * Reading and dealing the segments are not included. The network is left to the garbage
   * collector, because closing it collects the whole heap twice.
   */
  private Duration estimate(long segments, int epochs) {
    long perWorker = Math.max(1, ceil(segments, plan.workers()));
    long batches = ceil(perWorker, plan.batch());
    int rows = (int) Math.min(plan.batch(), perWorker) * architecture.crops();
    ComputationGraph throwAway = architecture.network(plan.updater(), plan.seed());
    int more = (int) Math.min(TIMED_BATCHES, plan.averagingFrequency());
    seconds(throwAway, more, rows);
    double shorter = seconds(throwAway, 1, rows);
    double longer = seconds(throwAway, more, rows);
    double batch = Math.max(0, (longer - shorter) / Math.max(1, more - 1));
    double epoch = batches * batch + plan.rounds(batches) * Math.max(0, shorter - batch);
    return Duration.ofMillis((long) (1000 * epoch * epochs));
  }

  private double seconds(ComputationGraph network, int batches, int rows) {
    long start = System.nanoTime();
    fit(network, randomBatches(batches, rows), new LinkedHashSet<>());
    return (System.nanoTime() - start) / 1e9;
  }

  private static long ceil(long dividend, long divisor) {
    return (dividend + divisor - 1) / divisor;
  }

  private JavaRDD<DataSet> randomBatches(int batches, int rows) {
    int dim = architecture.dim();
    List<Integer> workers = IntStream.range(0, plan.workers()).boxed().collect(Collectors.toList());
    return spark
        .parallelize(workers, plan.workers())
        .flatMap(worker -> Collections.nCopies(batches, randomBatch(rows, dim)).iterator());
  }

  private static DataSet randomBatch(int rows, int dim) {
    return new DataSet(Nd4j.rand(DataType.FLOAT, rows, dim), Nd4j.zeros(DataType.FLOAT, rows, 1));
  }

  private byte[] identity() {
    // A checkpoint with another order of parameters does not fit this training.
    ObjectNode identity =
        Json.object()
            .put("format", ModelStore.FORMAT_VERSION)
            .put("algorithm", ALGORITHM)
            .put("data", data.fingerprint());
    identity.set("architecture", Json.MAPPER.valueToTree(architecture.stored()));
    identity.set("plan", Json.MAPPER.valueToTree(plan.ofAnEpoch()));
    return HexFormat.of().parseHex(Fingerprints.of(identity));
  }

  /**
   * Deletes the workers' files; on executors that get no task they are deleted when the executor
   * ends.
   */
  private void dropStores() {
    String id = training;
    List<Integer> tasks =
        IntStream.range(0, 2 * plan.workers()).boxed().collect(Collectors.toList());
    StoreRegistry.dropBefore(id, Integer.MAX_VALUE);
    spark
        .parallelize(tasks, tasks.size())
        .foreach(any -> StoreRegistry.dropBefore(id, Integer.MAX_VALUE));
  }
}
