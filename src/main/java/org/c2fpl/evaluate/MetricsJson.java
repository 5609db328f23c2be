package org.c2fpl.evaluate;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.c2fpl.evaluate.EvaluationFiles.VideoAucs;
import org.c2fpl.method.evaluation.BootstrapInterval;
import org.c2fpl.method.evaluation.BootstrapSummary;
import org.c2fpl.method.evaluation.ClassMetrics;
import org.c2fpl.method.evaluation.RankingMetrics;
import org.c2fpl.method.evaluation.SlicedMetrics;

/**
 * The figures of {@code metrics.json}. An undefined figure is null, and {@code undefined_metrics}
 * has the reason.
 */
public final class MetricsJson {
  private static final String ANOMALOUS_VIDEOS = "frame_auc_anomalous_videos";
  private static final String EQUAL_ERROR_RATE = "equal_error_rate";

  private final ObjectNode json;
  private final ObjectNode reasons;

  public MetricsJson(ObjectNode json) {
    this.json = json;
    this.reasons = json.objectNode();
  }

  /** The detector's ranking of frames. */
  public void ranking(SlicedMetrics metrics) {
    json.put("frames", metrics.frames().totals().frames());
    json.put("positives", metrics.frames().totals().positives());
    ranking(metrics, json);
    because(ANOMALOUS_VIDEOS, metrics.anomalousVideos().auc(), ofAnomalousVideos(metrics));
    because(EQUAL_ERROR_RATE, metrics.frames().equalErrorRate(), metrics.frames().undefined());
  }

  private static void ranking(SlicedMetrics metrics, ObjectNode node) {
    RankingMetrics frames = metrics.frames();
    node.put("frame_auc", frames.auc());
    node.put("frame_ap", frames.ap());
    node.put("frame_ap_trapezoid", frames.apTrapezoid());
    node.put(ANOMALOUS_VIDEOS, metrics.anomalousVideos().auc());
    node.put(EQUAL_ERROR_RATE, frames.equalErrorRate());
    if (frames.undefined() != null) {
      node.put("undefined", frames.undefined());
    }
  }

  private static String ofAnomalousVideos(SlicedMetrics metrics) {
    return metrics.anomalousVideos().totals().frames() == 0
        ? "no video has an anomalous frame"
        : "in the videos with an anomalous frame " + metrics.anomalousVideos().undefined();
  }

  /** The mean AUC of single videos. */
  public void videos(VideoAucs aucs) {
    json.put("video_auc_mean", aucs.mean());
    json.put("video_auc_videos", aucs.count());
    because("video_auc_mean", aucs.mean(), "no video has frames of both kinds");
  }

  /** The false alarm rates on normal videos. */
  public void falseAlarms(FalseAlarms alarms) {
    json.put("normal_video_frames", alarms.frames());
    json.put("false_alarm_rate", alarms.rateAtHalf());
    json.put("model_threshold", alarms.modelThreshold());
    json.put("false_alarm_rate_at_model_threshold", alarms.rateAtModels());
    String noFrames = "there is no frame of a normal video";
    because("false_alarm_rate", alarms.rateAtHalf(), noFrames);
    because(
        "false_alarm_rate_at_model_threshold",
        alarms.rateAtModels(),
        alarms.frames() == 0 ? noFrames : "the model that made the scores is not in the workspace");
  }

  /**
   * Intervals over resampled videos.
   *
   * @param summary null if none were requested
   */
  public void bootstrap(int replicates, long seed, BootstrapSummary summary) {
    if (summary == null) {
      json.putNull("bootstrap");
      because("bootstrap", null, "no replicates were requested");
      return;
    }
    ObjectNode node = json.putObject("bootstrap");
    node.put("replicates", replicates);
    node.put("seed", seed);
    node.put("confidence", 1 - BootstrapInterval.OUTSIDE);
    interval(node, "frame_auc", summary.auc());
    interval(node, "frame_ap", summary.ap());
    interval(node, ANOMALOUS_VIDEOS, summary.aucAnomalousVideos());
  }

  private void interval(ObjectNode node, String metric, BootstrapInterval interval) {
    if (interval == null) {
      node.putNull(metric);
      because("bootstrap." + metric, null, "it is defined in fewer than half of the replicates");
      return;
    }
    ObjectNode bounds = node.putObject(metric);
    bounds.put("low", interval.low());
    bounds.put("high", interval.high());
    bounds.put("replicates", interval.replicates());
    bounds.put("resolution", interval.resolution());
  }

  /**
   * The metrics of each class of anomalous videos.
   *
   * @param classes {@code class} and its number of videos
   */
  public void classes(List<Row> classes, Map<String, ClassMetrics> metrics) {
    if (classes.size() > FrameCounts.MAX_CLASSES) {
      json.putNull("classes");
      because("classes", null, "there are more than " + FrameCounts.MAX_CLASSES + " classes");
      return;
    }
    ObjectNode node = json.putObject("classes");
    metrics.forEach(
        (name, each) -> {
          ObjectNode ofClass = node.putObject(name);
          classes.stream()
              .filter(row -> row.getString(0).equals(name))
              .forEach(row -> ofClass.put("videos", row.getLong(1)));
          ofClass.put("frames", each.frames().frames());
          ofClass.put("positives", each.frames().positives());
          ofClass.put("frame_auc", each.auc());
          ofClass.put(ANOMALOUS_VIDEOS, each.aucAnomalousVideos());
        });
  }

  /** The label-free scores, and the reasons for missing ones. */
  public void yardsticks(Map<String, SlicedMetrics> found, Map<String, String> unavailable) {
    ObjectNode node = json.putObject("yardsticks");
    found.forEach((name, each) -> ranking(each, node.putObject(name)));
    unavailable.forEach(
        (name, why) -> node.putObject(name).putNull("frame_auc").put("undefined", why));
  }

  /** The quality of the training split's pseudo-labels. */
  public void pseudoLabels(ObjectNode quality) {
    if (quality.path("coarse").isNull() && quality.path("fine").isNull()) {
      json.putNull("pseudo_labels");
      because(
          "pseudo_labels",
          null,
          "no pseudo-label of split " + quality.path("split").asText() + " has an annotation");
    } else {
      json.set("pseudo_labels", quality);
    }
  }

  /** Adds the reasons; nothing may be added after this. */
  public void finish() {
    json.set("undefined_metrics", reasons);
  }

  private void because(String metric, Double value, String why) {
    if (value == null) {
      reasons.put(metric, why);
    }
  }
}
