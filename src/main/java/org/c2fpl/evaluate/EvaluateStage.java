package org.c2fpl.evaluate;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.c2fpl.errors.Bounds;
import org.c2fpl.method.evaluation.TailPolicy;
import org.c2fpl.score.FrameRanking;
import org.c2fpl.stage.OfModel;
import org.c2fpl.stage.Stage;
import org.c2fpl.stage.StageContext;
import org.c2fpl.stage.Unit;
import org.c2fpl.workspace.Leaf;
import org.c2fpl.workspace.Manifest;
import org.c2fpl.workspace.StoredOptions;
import org.c2fpl.workspace.Table;

/**
 * {@code segment_scores} and {@code annotations} of a split → {@code evaluation}: how well the
 * detector finds anomalous frames, compared on the same frames with yardsticks that need neither
 * labels nor training; and how good its pseudo-labels were.
 *
 * <p>Frames are counted per segment, never exploded. Memory is bounded by the longest video and
 * {@link FrameBootstrap} in a task, and by {@link FrameRanking} and the sample of training segments
 * on the driver.
 */
public final class EvaluateStage extends Stage<EvaluateStage.Options, EvaluateStage.Result> {

  /** What to do with annotated videos that have no scores. */
  public enum MissingScores {
    FAIL,
    IGNORE;

    @Override
    public String toString() {
      return this == FAIL ? "fail" : "ignore";
    }
  }

  /**
   * @param split the split to evaluate, {@code test} by default
   * @param givenTail what to do with frames after the last segment; null for {@link
   *     TailPolicy#REPEAT} if they are few
   * @param trainSplit the training split
   * @param bootstrap replicates of resampled videos for the intervals; 0 for none
   * @param knnSample training segments that the yardstick of nearest neighbours samples; 0 for none
   */
  public record Options(
      String split,
      TailPolicy givenTail,
      MissingScores missingScores,
      String trainSplit,
      int bootstrap,
      int knnSample)
      implements StoredOptions {
    public static final int DEFAULT_BOOTSTRAP = 200;
    public static final int DEFAULT_KNN_SAMPLE = 2000;

    public Options {
      Leaf.checkName("--split", split);
      Leaf.checkName("--train-split", trainSplit);
      Bounds.require("--bootstrap", bootstrap, "[0, 10000]", "Give a number of replicates.");
      Bounds.require("--knn-sample", knnSample, "[0, 100000]", "Give a number of segments.");
    }

    @Override
    public Map<String, Object> stored() {
      return Map.of(
          "split",
          split,
          "tail",
          tail().toString(),
          "missing_scores",
          missingScores.toString(),
          "train_split",
          trainSplit,
          "bootstrap",
          bootstrap,
          "knn_sample",
          knnSample);
    }

    TailPolicy tail() {
      return givenTail == null ? TailPolicy.REPEAT : givenTail;
    }

    /** The options for training split {@code train}, with all figures. */
    public Options(String split, TailPolicy tail, MissingScores missingScores) {
      this(split, tail, missingScores, "train", DEFAULT_BOOTSTRAP, DEFAULT_KNN_SAMPLE);
    }
  }

  /**
   * @param frameAuc area under the ROC curve over frames, in [0, 1]; null if undefined
   * @param frameAp average precision over frames, in [0, 1]; null if undefined
   * @param videos the number of evaluated videos
   */
  public record Result(Double frameAuc, Double frameAp, long videos, String model)
      implements OfModel {}

  public EvaluateStage() {
    super(
        "evaluate",
        1,
        Set.of(
            Table.SEGMENTS,
            Table.POOLED_SEGMENTS,
            Table.SEGMENT_SCORES,
            Table.ANNOTATIONS,
            Table.FEATURE_PROFILE,
            Table.SEGMENT_NORMS,
            Table.SEGMENT_STATISTICS,
            Table.NULL_MODEL,
            Table.COARSE_LABELS,
            Table.FINE_LABELS),
        Set.of(Table.EVALUATION));
  }

  @Override
  public boolean draws(Options options) {
    return options.bootstrap() > 0;
  }

  @Override
  public List<Unit> units(StageContext context, Options options) {
    return List.of(new Evaluation(context, options).unit());
  }

  @Override
  protected Result result(List<Manifest> manifests) {
    Manifest evaluation = manifests.get(0);
    JsonNode details = evaluation.details();
    return new Result(
        number(details.path("frame_auc")),
        number(details.path("frame_ap")),
        evaluation.rows(),
        details.path("model").textValue());
  }

  private static Double number(JsonNode json) {
    return json.isNumber() ? json.doubleValue() : null;
  }
}
