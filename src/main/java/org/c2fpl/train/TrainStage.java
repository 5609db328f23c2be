package org.c2fpl.train;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.c2fpl.detector.DetectorTraining;
import org.c2fpl.detector.TrainingPlan;
import org.c2fpl.errors.Bounds;
import org.c2fpl.method.detection.ScoreSmoothing;
import org.c2fpl.stage.Stage;
import org.c2fpl.stage.StageContext;
import org.c2fpl.stage.Unit;
import org.c2fpl.workspace.Manifest;
import org.c2fpl.workspace.StoredOptions;
import org.c2fpl.workspace.Table;

/**
 * {@code segments}, {@code fine_labels} → {@code model} (Eq. 6), and the threshold of detections
 * from the scores of the training footage.
 *
 * <p>Features are standardised if the norms that led to the labels were. A training that was
 * interrupted or ran out of time continues from its checkpoint.
 */
public final class TrainStage extends Stage<TrainStage.Options, Void> {
  /**
   * How to train, on which split, and how to choose the threshold.
   *
   * @param attention whether the detector's hidden layers are gated by attention
   * @param decayBiases whether the l2 term counts biases, too
   * @param smooth σ in segments of the smoothing of scores, before the threshold is chosen and
   *     whenever the model scores; 0 for none
   * @param minSteps batches that a worker trains at least; epochs are added to reach them
   */
  public record Options(
      String trainSplit,
      TrainingPlan plan,
      ThresholdChoice threshold,
      boolean attention,
      boolean decayBiases,
      double smooth,
      int minSteps)
      implements StoredOptions {

    public Options {
      Bounds.require("--smooth", smooth, "[0, " + (int) ScoreSmoothing.MAX_SIGMA + "]");
      Bounds.require("--min-steps", minSteps, "[0, ∞)");
    }

    /** The paper's detector without smoothing of its scores. */
    public Options(String trainSplit, TrainingPlan plan, ThresholdChoice threshold) {
      this(trainSplit, plan, threshold, true, false, 0, 0);
    }

    @Override
    public Map<String, Object> stored() {
      Map<String, Object> stored = new TreeMap<>(ofResult());
      stored.put("plan", plan.stored());
      stored.put("attention", attention);
      stored.put("decay_biases", decayBiases);
      stored.put("min_steps", minSteps);
      return stored;
    }

    /** These options for one epoch. */
    public Options ofOneEpoch() {
      return new Options(
          trainSplit, plan.withEpochs(1), threshold, attention, decayBiases, smooth, 0);
    }

    /** The parameters of the model besides its architecture and its training plan. */
    Map<String, Object> ofResult() {
      return Map.of("smooth", smooth, "split", trainSplit, "threshold", threshold.stored());
    }
  }

  /** Whether the new model becomes the current one. */
  private final boolean promote;

  private TrainStage(boolean promote) {
    super(
        Training.NAME,
        DetectorTraining.ALGORITHM,
        Set.of(
            Table.SEGMENTS,
            Table.POOLED_SEGMENTS,
            Table.VIDEOS,
            Table.SEGMENT_NORMS,
            Table.FINE_LABELS,
            Table.FEATURE_PROFILE),
        Set.of());
    this.promote = promote;
  }

  /** Trains a model and makes it the current one. */
  public TrainStage() {
    this(true);
  }

  /**
   * Trains a candidate and keeps the current model: nothing is replaced, so every write mode except
   * overwrite trains only a model that is not stored yet.
   */
  public static TrainStage candidate() {
    return new TrainStage(false);
  }

  @Override
  public boolean draws(Options options) {
    return true;
  }

  @Override
  public List<Unit> units(StageContext context, Options options) {
    return List.of(new Training(context, options, promote).unit());
  }

  /** Empty: the manifests of tables do not describe models. */
  @Override
  protected Void result(List<Manifest> manifests) {
    return null;
  }
}
