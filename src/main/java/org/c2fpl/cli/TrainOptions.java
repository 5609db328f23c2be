package org.c2fpl.cli;

import java.util.List;
import org.c2fpl.detector.Descent;
import org.c2fpl.detector.LearningRateRule;
import org.c2fpl.detector.MasterKind;
import org.c2fpl.detector.Optimizer;
import org.c2fpl.detector.TrainingPlan;
import org.c2fpl.train.ThresholdChoice;
import org.c2fpl.train.TrainStage;
import picocli.CommandLine.Option;

/** Options of the training. */
final class TrainOptions {
  @Option(
      names = "--epochs",
      defaultValue = "100",
      paramLabel = "N",
      description = "Passes over all segments (default: ${DEFAULT-VALUE}).")
  int epochs;

  @Option(
      names = "--min-steps",
      defaultValue = "0",
      paramLabel = "N",
      description =
          "Mini-batches that a worker trains at least; for little footage, --epochs are increased"
              + " to reach them (default: ${DEFAULT-VALUE}).")
  int minSteps;

  @Option(
      names = "--batch-size",
      defaultValue = "128",
      paramLabel = "N",
      description = "Segments in a worker's mini-batch (default: ${DEFAULT-VALUE}).")
  int batchSize;

  @Option(
      names = "--workers",
      defaultValue = "2",
      paramLabel = "N",
      description =
          "Logical workers that share the segments. They change the result, unlike executors and"
              + " slots; use one for each slot (default: ${DEFAULT-VALUE}).")
  int workers;

  @Option(
      names = "--deal-every",
      defaultValue = "10",
      paramLabel = "EPOCHS",
      description =
          "Number of epochs after which segments are distributed to the workers again (default:"
              + " ${DEFAULT-VALUE}).")
  int dealEvery;

  @Option(
      names = "--averaging-frequency",
      defaultValue = "" + TrainingPlan.AVERAGING_FREQUENCY,
      paramLabel = "BATCHES",
      description =
          "Mini-batches a worker trains between two averages (default: ${DEFAULT-VALUE}). Fewer"
              + " cost time; a single worker needs no averages.")
  int averagingFrequency;

  @Option(
      names = "--learning-rate",
      defaultValue = "0.01",
      paramLabel = "RATE",
      description = "Learning rate of SGD for one worker (default: ${DEFAULT-VALUE}).")
  double learningRate;

  @Option(
      names = "--learning-rate-rule",
      defaultValue = "linear",
      description =
          "linear: multiply the rate by the number of workers, by which averaging divides;"
              + " fixed: use it as given. Default: ${DEFAULT-VALUE}.")
  LearningRateRule rule;

  @Option(
      names = "--learning-rate-steps",
      split = ",",
      paramLabel = "EPOCHS",
      description =
          "Multiply the learning rate by --learning-rate-factor after these epochs, for instance"
              + " 15,25 (default: constant).")
  List<Integer> rateSteps = List.of();

  @Option(
      names = "--learning-rate-factor",
      defaultValue = "0.1",
      paramLabel = "FACTOR",
      description = "Factor that --learning-rate-steps multiply by (default: ${DEFAULT-VALUE}).")
  double rateFactor;

  @Option(
      names = "--optimizer",
      defaultValue = "sgd",
      description =
          "sgd: plain; nesterov: SGD with Nesterov's momentum as PyTorch defines it. Default:"
              + " ${DEFAULT-VALUE}.")
  Optimizer optimizer;

  @Option(
      names = "--momentum",
      defaultValue = "0.9",
      paramLabel = "MU",
      description = "Momentum of --optimizer nesterov, in [0, 1) (default: ${DEFAULT-VALUE}).")
  double momentum;

  @Option(
      names = "--attention",
      negatable = true,
      defaultValue = "true",
      fallbackValue = "true",
      description = "Gate the detector's hidden layers by attention (default: yes).")
  boolean attention;

  @Option(
      names = "--decay-biases",
      description = "Apply weight decay to biases, too, as PyTorch does (default: no).")
  boolean decayBiases;

  @Option(
      names = "--smooth",
      defaultValue = "0",
      paramLabel = "SIGMA",
      description =
          "Smooth scores over each video by a Gaussian of so many segments. Stored with the model,"
              + " so threshold and score use the same (default: ${DEFAULT-VALUE}, none).")
  double smooth;

  @Option(
      names = "--training-master",
      defaultValue = "averaging",
      description =
          "averaging: reproducible synchronous averaging; stock: DL4J's own parameter averaging,"
              + " not reproducible. Default: ${DEFAULT-VALUE}.")
  MasterKind master;

  @Option(
      names = "--max-time",
      paramLabel = "90s|30m|2h",
      description =
          "Time after which training ends with the current epoch; the same command continues later"
              + " (default: no limit).")
  String maxTime;

  @Option(
      names = "--threshold",
      defaultValue = "auto",
      paramLabel = "auto|VALUE",
      description =
          "Score above which a segment is detected; auto puts it so that the share of training"
              + " scores above it is the share of segments pseudo-labelled anomalous. Default:"
              + " ${DEFAULT-VALUE}.")
  String threshold;

  @Option(
      names = "--alarms-per-hour",
      paramLabel = "RATE",
      description =
          "Choose the threshold by the number of detections per hour of training footage instead;"
              + " needs the fps of every video.")
  Double alarmsPerHour;

  TrainStage.Options options(String trainSplit, long seed) {
    TrainingPlan plan =
        new TrainingPlan(
            epochs,
            batchSize,
            workers,
            dealEvery,
            averagingFrequency,
            learningRate,
            rule,
            seed,
            master,
            maxTime == null ? null : Durations.of("--max-time", maxTime),
            new Descent(optimizer, momentum, rateSteps, rateFactor));
    return new TrainStage.Options(
        trainSplit,
        plan,
        ThresholdChoice.of(threshold, alarmsPerHour),
        attention,
        decayBiases,
        smooth,
        minSteps);
  }
}
