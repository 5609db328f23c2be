package org.c2fpl.promote;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count_if;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.ml.linalg.Matrix;
import org.apache.spark.ml.stat.Correlation;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.storage.StorageLevel;
import org.c2fpl.detector.DetectorModel;
import org.c2fpl.detector.ModelStore;
import org.c2fpl.evaluate.EvaluatedVideos;
import org.c2fpl.evaluate.FrameCounts;
import org.c2fpl.method.detection.DetectorAgreement;
import org.c2fpl.method.detection.ProfileDrift;
import org.c2fpl.method.evaluation.SlicedMetrics;
import org.c2fpl.method.evaluation.TailPolicy;
import org.c2fpl.method.statistics.FeatureProfile;
import org.c2fpl.score.FrameRanking;
import org.c2fpl.score.ScoredSegments;
import org.c2fpl.segments.SeenSegments;
import org.c2fpl.segments.Splits;
import org.c2fpl.stage.StageContext;
import org.c2fpl.stage.Words;
import org.c2fpl.stats.ProfileStage;
import org.c2fpl.workspace.Json;
import org.c2fpl.workspace.Leaf;
import org.c2fpl.workspace.Table;
import org.c2fpl.workspace.Workspace;

/**
 * Compares a candidate model with the current one on the footage of a split: frame AUC with ground
 * truth, and agreement and drift without it. Writes no table.
 *
 * @param videos number of videos with frame-level ground truth
 * @param rankCorrelation Spearman's, of the two models' scores; null if a model scores all segments
 *     alike
 */
record ModelComparison(
    String split,
    Side current,
    Side candidate,
    long videos,
    DetectorAgreement agreement,
    Double rankCorrelation) {

  /**
   * One of the two models.
   *
   * @param frameAuc null without ground truth of both kinds of frames
   * @param drift of the footage from the profile with which the model standardises; null without
   *     one
   */
  record Side(String id, double threshold, Double frameAuc, ProfileDrift drift) {
    private ObjectNode json(long above) {
      ObjectNode json = Json.object();
      json.put("model", id);
      json.put("threshold", threshold);
      json.put("segments_above", above);
      json.put("frame_auc", frameAuc);
      if (drift != null) {
        json.putObject("drift").put("shift", drift.shift()).put("norm", drift.norm());
      }
      return json;
    }
  }

  /** Whether ground truth allows a decision. */
  boolean decidable() {
    return current.frameAuc() != null && candidate.frameAuc() != null;
  }

  /** Whether the candidate's frame AUC is at least the current model's. */
  boolean notWorse() {
    return decidable() && candidate.frameAuc() >= current.frameAuc();
  }

  ObjectNode json() {
    ObjectNode json = Json.object();
    json.put("format_version", 1);
    json.put("split", split);
    json.put("segments", agreement.segments());
    json.put("annotated_videos", videos);
    json.set("current", current.json(agreement.both() + agreement.onlyFirst()));
    json.set("candidate", candidate.json(agreement.both() + agreement.onlySecond()));
    ObjectNode both = json.putObject("agreement");
    both.put("share_alike", agreement.share());
    both.put("jaccard", agreement.jaccard());
    both.put("rank_correlation", rankCorrelation);
    return json;
  }

  /** One line for people: how far the two models agree, and how far the footage has moved. */
  String agreementText() {
    return String.format(
        Locale.ROOT,
        "both call %s of %s the same, share %s of the segments that either detects, and rank them"
            + " with a correlation of %s; drift of the footage: %s",
        percent(agreement.share()),
        Words.count(agreement.segments(), "segment"),
        percent(agreement.jaccard()),
        figure(rankCorrelation),
        current.drift() == null && candidate.drift() == null
            ? "unknown, the models do not standardise"
            : driftText("current", current) + ", " + driftText("candidate", candidate));
  }

  private static String driftText(String name, Side side) {
    return side.drift() == null
        ? name + " model does not standardise"
        : String.format(
            Locale.ROOT,
            "shift %.2f and norm %.2f for the %s model",
            side.drift().shift(),
            side.drift().norm(),
            name);
  }

  static String figure(Double value) {
    return value == null ? "undefined" : String.format(Locale.ROOT, "%.4f", value);
  }

  private static String percent(Double share) {
    return share == null ? "none" : String.format(Locale.ROOT, "%.1f %%", 100 * share);
  }

  /**
   * Scores the split's footage with both models; the scores stay on disk until the comparison is
   * done.
   */
  static ModelComparison of(
      StageContext context, ModelStore store, String current, String candidate, String split) {
    return new Maker(context, store, split).compare(current, candidate);
  }

  private static final class Maker {
    private final StageContext context;
    private final Workspace workspace;
    private final ModelStore store;
    private final String split;
    private final List<Leaf> segments;
    private final int framesPerSegment;
    private final Map<Integer, FeatureProfile> profiles = new HashMap<>();

    Maker(StageContext context, ModelStore store, String split) {
      this.context = context;
      this.workspace = context.workspace();
      this.store = store;
      this.split = split;
      this.segments = Splits.segments(workspace, split);
      this.framesPerSegment = Splits.sameShape(workspace, segments).framesPerSegment();
    }

    ModelComparison compare(String currentId, String candidateId) {
      DetectorModel current = store.load(currentId);
      DetectorModel candidate = store.load(candidateId);
      Dataset<Row> first = scores(currentId, current);
      Dataset<Row> second = scores(candidateId, candidate);
      try {
        Dataset<Row> pairs =
            first
                .withColumnRenamed("score", "first")
                .join(
                    second.withColumnRenamed("score", "second"),
                    new String[] {"video_id", "segment_index"});
        DetectorAgreement agreement = agreement(pairs, current.threshold(), candidate.threshold());
        Evaluated evaluated = evaluate(currentId, first, second);
        return new ModelComparison(
            split,
            new Side(currentId, current.threshold(), evaluated.first(), drift(currentId, current)),
            new Side(
                candidateId,
                candidate.threshold(),
                evaluated.second(),
                drift(candidateId, candidate)),
            evaluated.videos(),
            agreement,
            agreement.segments() < 2 ? null : rankCorrelation(pairs));
      } finally {
        first.unpersist();
        second.unpersist();
      }
    }

    private Dataset<Row> scores(String id, DetectorModel model) {
      for (Leaf leaf : segments) {
        ScoredSegments.requireShape(workspace, leaf, id, model);
      }
      Dataset<Row> scores =
          ScoredSegments.ofSegments(context, segments, fixedSegments(id), model)
              .persist(StorageLevel.DISK_ONLY());
      // At once: another number of bins replaces the bins that these were read from.
      scores.count();
      return scores;
    }

    private int fixedSegments(String id) {
      return store.training(id).path(SeenSegments.FIXED_SEGMENTS).asInt(0);
    }

    private static DetectorAgreement agreement(
        Dataset<Row> pairs, double firstThreshold, double secondThreshold) {
      Column first = col("first").gt(firstThreshold);
      Column second = col("second").gt(secondThreshold);
      Row counts =
          pairs
              .agg(
                  count_if(first.and(second)),
                  count_if(first.and(not(second))),
                  count_if(not(first).and(second)),
                  count_if(not(first).and(not(second))))
              .first();
      return new DetectorAgreement(
          counts.getLong(0), counts.getLong(1), counts.getLong(2), counts.getLong(3));
    }

    private static Double rankCorrelation(Dataset<Row> pairs) {
      Dataset<Row> vectors =
          pairs.select(
              org.apache
                  .spark
                  .ml
                  .functions
                  .array_to_vector(array(col("first"), col("second")))
                  .as("scores"));
      Matrix matrix = Correlation.corr(vectors, "scores", "spearman").first().getAs(0);
      double correlation = matrix.apply(0, 1);
      return Double.isNaN(correlation) ? null : correlation;
    }

    /** Frame AUC of both models; null without ground truth of both kinds of frames. */
    private record Evaluated(long videos, Double first, Double second) {}

    private Evaluated evaluate(String model, Dataset<Row> first, Dataset<Row> second) {
      Leaf annotations = Leaf.of(Table.ANNOTATIONS);
      if (workspace.manifest(annotations).isEmpty()) {
        return new Evaluated(0, null, null);
      }
      try (EvaluatedVideos videos =
          new EvaluatedVideos(
              split,
              first.withColumn("model", lit(model)),
              workspace.read(context.spark(), annotations))) {
        if (videos.videos() == 0) {
          return new Evaluated(0, null, null);
        }
        videos.check(true, context.events());
        FrameCounts counter = new FrameCounts(framesPerSegment, TailPolicy.REPEAT);
        Dataset<Row> kinds =
            counter
                .kinds(videos.evaluated())
                .withColumn("class", lit(null).cast(DataTypes.StringType));
        Map<String, SlicedMetrics> metrics =
            FrameRanking.rank(
                Map.of(
                    "current", counter.frames(first, kinds),
                    "candidate", counter.frames(second, kinds)));
        return new Evaluated(
            videos.videos(),
            metrics.get("current").frames().auc(),
            metrics.get("candidate").frames().auc());
      }
    }

    private ProfileDrift drift(String id, DetectorModel model) {
      if (model.profile() == null) {
        return null;
      }
      FeatureProfile footage =
          profiles.computeIfAbsent(
              fixedSegments(id),
              fixed -> ProfileStage.fit(context, new ProfileStage.Options(split, fixed)));
      return ProfileDrift.of(model.profile(), footage);
    }
  }
}
