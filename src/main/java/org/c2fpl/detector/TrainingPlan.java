package org.c2fpl.detector;

import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.c2fpl.errors.Bounds;
import org.c2fpl.workspace.StoredOptions;
import org.nd4j.linalg.learning.config.IUpdater;

/**
 * The parameters of a training.
 *
 * @param epochs passes over all segments
 * @param batch segments in a worker's mini-batch
 * @param workers logical partitions of the training; they change the result, unlike executors and
 *     slots
 * @param dealEvery epochs after which segments are dealt to the workers again
 * @param averagingFrequency mini-batches a worker trains between two averages
 * @param learningRate before {@code rule}
 * @param maxTime the time after which training ends with the current epoch; null for no limit
 * @param descent the optimiser and its schedule
 */
public record TrainingPlan(
    int epochs,
    int batch,
    int workers,
    int dealEvery,
    int averagingFrequency,
    double learningRate,
    LearningRateRule rule,
    long seed,
    MasterKind master,
    Duration maxTime,
    Descent descent)
    implements StoredOptions {
  /**
   * Batches a worker trains between two averages. A round costs about 0.1 s in addition to its
   * batches, which take 1.5 s on a recent core at the standard size.
   */
  public static final int AVERAGING_FREQUENCY = 128;

  private static final String AT_LEAST_1 = "[1, ∞)";

  /**
   * @throws org.c2fpl.errors.UsageException if a number is out of range
   */
  public TrainingPlan {
    Bounds.require("--epochs", epochs, AT_LEAST_1);
    Bounds.require("--batch-size", batch, AT_LEAST_1);
    Bounds.require("--workers", workers, AT_LEAST_1);
    Bounds.require("--deal-every", dealEvery, AT_LEAST_1);
    Bounds.require("--averaging-frequency", averagingFrequency, AT_LEAST_1);
    Bounds.require("--learning-rate", learningRate, "(0, ∞)", "The paper's is 0.01.");
  }

  /** A plan with plain SGD. */
  public TrainingPlan(
      int epochs,
      int batch,
      int workers,
      int dealEvery,
      int averagingFrequency,
      double learningRate,
      LearningRateRule rule,
      long seed,
      MasterKind master,
      Duration maxTime) {
    this(
        epochs,
        batch,
        workers,
        dealEvery,
        averagingFrequency,
        learningRate,
        rule,
        seed,
        master,
        maxTime,
        Descent.plain());
  }

  /**
   * 100 epochs, batches of 128, 2 workers averaged every {@value #AVERAGING_FREQUENCY} batches,
   * dealt again every 10 epochs.
   */
  public static TrainingPlan standard(long seed) {
    return new TrainingPlan(
        100,
        128,
        2,
        10,
        AVERAGING_FREQUENCY,
        0.01,
        LearningRateRule.LINEAR,
        seed,
        MasterKind.AVERAGING,
        null);
  }

  public TrainingPlan withEpochs(int epochs) {
    return with(epochs, workers, maxTime, descent);
  }

  /**
   * The plan with more epochs if a worker would train fewer whole batches than {@code steps}.
   *
   * @param steps batches of a worker over the whole training
   * @param segments segments to train on
   */
  public TrainingPlan withSteps(int steps, long segments) {
    long anEpoch = Math.max(1, segments / ((long) workers * batch));
    return withEpochs((int) Math.max(epochs, (steps + anEpoch - 1) / anEpoch));
  }

  public TrainingPlan withWorkers(int workers) {
    return with(epochs, workers, maxTime, descent);
  }

  public TrainingPlan withMaxTime(Duration maxTime) {
    return with(epochs, workers, maxTime, descent);
  }

  public TrainingPlan withDescent(Descent descent) {
    return with(epochs, workers, maxTime, descent);
  }

  private TrainingPlan with(int epochs, int workers, Duration maxTime, Descent descent) {
    return new TrainingPlan(
        epochs,
        batch,
        workers,
        dealEvery,
        averagingFrequency,
        learningRate,
        rule,
        seed,
        master,
        maxTime,
        descent);
  }

  /** The learning rate of the first epochs. */
  public double effectiveLearningRate() {
    return rule.rate(learningRate, workers);
  }

  /** Rounds of an epoch with so many batches per worker; a single worker needs only one. */
  long rounds(long batches) {
    return workers == 1 ? 1 : (batches + averagingFrequency - 1) / averagingFrequency;
  }

  /** The updater with the learning rate of every epoch. */
  IUpdater updater() {
    return descent.updater(effectiveLearningRate());
  }

  /** The parameters except the time limit. */
  @Override
  public Map<String, Object> stored() {
    Map<String, Object> stored = ofAnEpoch();
    stored.put("epochs", epochs);
    stored.put("learning_rate", learningRate);
    stored.put("learning_rate_rule", rule.toString());
    return stored;
  }

  /** The values on which the parameters after a given epoch depend. */
  Map<String, Object> ofAnEpoch() {
    Map<String, Object> stored = new TreeMap<>(descent.stored());
    stored.put("batch", batch);
    stored.put("workers", workers);
    stored.put("deal_every", dealEvery);
    stored.put("averaging_frequency", averagingFrequency);
    stored.put("effective_learning_rate", effectiveLearningRate());
    stored.put("seed", seed);
    stored.put("training_master", master.toString());
    return stored;
  }
}
