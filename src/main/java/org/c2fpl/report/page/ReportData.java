package org.c2fpl.report.page;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.io.Serializable;
import java.util.List;

/**
 * The data that the page's script draws; the names are those of the JSON in the page. Unknown
 * values are null.
 *
 * @param format of this JSON
 * @param made time of the newest table in it
 * @param threshold of detections; null if several were used
 * @param videos the scored videos, by peak in descending order
 * @param detections of these videos, by peak in descending order
 * @param training videos pseudo-labelled anomalous
 * @param losses one per training epoch
 */
public record ReportData(
    int format,
    String title,
    String made,
    String version,
    Integer framesPerSegment,
    Double threshold,
    Totals totals,
    List<Video> videos,
    List<Detection> detections,
    Curves curves,
    List<TrainingVideo> training,
    Scatter scatter,
    NullModel nullModel,
    List<Double> losses,
    Drift drift) {
  /** The newest layout of the JSON, and the one that {@code report.js} reads. */
  public static final int FORMAT = 2;

  /** The total number, and the number in the page. */
  public record Totals(long videos, long detections, int listedVideos, int listedDetections) {}

  /**
   * A scored video.
   *
   * @param frames null if its length is unknown
   * @param model that scored it; null if unknown
   * @param recordedAt ISO 8601 in UTC
   * @param label of the annotations
   * @param truth [start, end) of anomalous frames
   * @param auc within the video
   * @param width segments per bucket, see {@link Timeline}
   */
  public record Video(
      String id,
      String split,
      String batch,
      String model,
      int segments,
      Long frames,
      Double fps,
      String camera,
      String recordedAt,
      @JsonProperty("class") String anomalyClass,
      Integer label,
      List<long[]> truth,
      double peak,
      double mean,
      Double auc,
      int width,
      String high,
      String low) {}

  /**
   * A detection.
   *
   * @param video the index in {@link ReportData#videos}
   * @param start the first frame
   * @param end the frame after the last
   * @param image a data URI
   */
  public record Detection(
      int video,
      long start,
      long end,
      Double startSeconds,
      Double endSeconds,
      double peak,
      double mean,
      String image) {}

  /**
   * ROC and PR curves, the detector's first.
   *
   * @param positives the share of anomalous frames
   */
  public record Curves(List<Curve> roc, List<Curve> pr, Double positives) {}

  /**
   * A curve.
   *
   * @param area frame AUC or frame AP
   */
  public record Curve(String name, double[] x, double[] y, Double area) {}

  /**
   * A training video and its pseudo-labels.
   *
   * @param width segments per bucket; {@code norms} has the largest and {@code p} the smallest
   *     value of each
   * @param window [from, to) of segments; null if labels are not a window
   * @param labels runs [from, to) of segments labelled 1
   * @param truth [start, end) of anomalous frames
   */
  public record TrainingVideo(
      String id,
      int segments,
      int width,
      double[] norms,
      double[] p,
      Double alpha,
      int[] window,
      List<int[]> labels,
      List<long[]> truth)
      implements Serializable {}

  /**
   * Videos by the mean and deviation of their norms.
   *
   * @param total number of videos
   * @param shown number of videos with a point
   */
  public record Scatter(List<Points> points, long total, int shown, List<Ellipse> ellipses) {}

  /**
   * The videos that one step of the clustering made anomalous, or that stayed normal.
   *
   * @param x mean of norms
   * @param y deviation of norms
   */
  public record Points(String name, double[] x, double[] y, String[] ids) {}

  /** A component of the mixture that one step of the clustering fitted. */
  public record Ellipse(
      int iteration, String cluster, double[] mean, double[] covariance, double weight) {}

  /**
   * Norms of training segments by their video's label, and the Gaussian of the normal ones.
   *
   * @param edges one more than counts
   */
  public record NullModel(
      double[] edges, long[] normal, long[] anomalous, double mean, double deviation) {}

  /**
   * Norms of scored footage next to those of the model's training footage.
   *
   * @param reference the training split
   * @param incomparable batches whose norms were computed differently, so that they have no shift
   */
  public record Drift(
      String reference,
      double mean,
      double deviation,
      int incomparable,
      List<DriftOfBatch> batches) {}

  /**
   * The norms of one batch.
   *
   * @param shift of the mean, in deviations of the reference; null if they are not comparable
   * @param ratio of the deviations
   */
  public record DriftOfBatch(
      String split,
      String batch,
      long segments,
      double mean,
      double deviation,
      Double shift,
      Double ratio) {}
}
