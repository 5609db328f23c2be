package org.c2fpl.evaluate;

import static org.apache.spark.sql.functions.col;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.c2fpl.formats.CsvWriter;
import org.c2fpl.method.evaluation.CurvePoint;
import org.c2fpl.method.evaluation.RankingMetrics;
import org.c2fpl.method.evaluation.SlicedMetrics;
import org.c2fpl.method.exact.ExactSum;
import org.c2fpl.workspace.Json;
import org.c2fpl.workspace.WholeFile;

/** The files of the {@code evaluation} folder. Memory: a partition of videos on the driver. */
public final class EvaluationFiles {

  /**
   * The AUC of single videos.
   *
   * @param count number of videos with frames of both kinds
   * @param mean over these; null if there are none
   */
  public record VideoAucs(long count, Double mean) {}

  @FunctionalInterface
  private interface Content<T> {
    void write(T out) throws IOException;
  }

  private final FileSystem fs;
  private final Path folder;

  public EvaluationFiles(FileSystem fs, Path folder) {
    this.fs = fs;
    this.folder = folder;
  }

  /** Writes {@code metrics.json}. */
  public void metrics(ObjectNode json) throws IOException {
    write("metrics.json", out -> out.write(Json.MAPPER.writeValueAsString(json) + "\n"));
  }

  /** Writes {@code roc.csv} and {@code pr.csv}. */
  public void curves(RankingMetrics metrics) throws IOException {
    write(
        "roc.csv",
        List.of("threshold", "false_positive_rate", "true_positive_rate"),
        csv -> {
          csv.write("inf", 0.0, 0.0);
          for (CurvePoint point : metrics.curve()) {
            csv.write(point.score(), falsePositiveRate(metrics, point), recall(metrics, point));
          }
        });
    write(
        "pr.csv",
        List.of("threshold", "recall", "precision"),
        csv -> {
          csv.write("inf", 0.0, 1.0);
          for (CurvePoint point : metrics.curve()) {
            csv.write(point.score(), recall(metrics, point), precision(point));
          }
        });
  }

  /** Writes {@code yardstick_curves.csv}: the curves of the yardsticks, thinned like the others. */
  public void yardstickCurves(Map<String, SlicedMetrics> yardsticks) throws IOException {
    write(
        "yardstick_curves.csv",
        List.of("name", "curve", "threshold", "x", "y"),
        csv -> {
          for (Map.Entry<String, SlicedMetrics> yardstick : yardsticks.entrySet()) {
            RankingMetrics metrics = yardstick.getValue().frames();
            String name = yardstick.getKey();
            for (CurvePoint point : metrics.curve()) {
              csv.write(
                  name,
                  "roc",
                  point.score(),
                  falsePositiveRate(metrics, point),
                  recall(metrics, point));
            }
            for (CurvePoint point : metrics.curve()) {
              csv.write(name, "pr", point.score(), recall(metrics, point), precision(point));
            }
          }
        });
  }

  /**
   * Writes {@code per_video.csv}.
   *
   * @param frames {@code video_id}, {@code segment_index}, {@code score}, {@code positives}, {@code
   *     negatives}
   */
  public VideoAucs perVideo(Dataset<Row> frames) throws IOException {
    ExactSum sum = new ExactSum();
    long[] count = new long[1];
    write(
        "per_video.csv",
        List.of(VideoMetrics.SCHEMA.fieldNames()),
        csv -> {
          int auc = VideoMetrics.SCHEMA.fieldIndex("auc");
          Iterator<Row> videos = videos(frames).toLocalIterator();
          while (videos.hasNext()) {
            Row video = videos.next();
            csv.write(IntStream.range(0, video.size()).mapToObj(video::get).toArray());
            if (!video.isNullAt(auc)) {
              sum.add(video.getDouble(auc));
              count[0]++;
            }
          }
        });
    return new VideoAucs(count[0], count[0] == 0 ? null : (Double) (sum.value() / count[0]));
  }

  private void write(String name, List<String> columns, Content<CsvWriter> rows)
      throws IOException {
    write(name, out -> rows.write(new CsvWriter(out, "\n", columns)));
  }

  private void write(String name, Content<Writer> content) throws IOException {
    Path file = new Path(folder, name);
    try (BufferedWriter out =
        new BufferedWriter(new OutputStreamWriter(fs.create(file), StandardCharsets.UTF_8))) {
      content.write(out);
    } catch (FSError e) {
      throw WholeFile.unwritten(file, e);
    }
  }

  private static Double falsePositiveRate(RankingMetrics metrics, CurvePoint point) {
    return share(point.falsePositives(), metrics.totals().negatives());
  }

  private static Double recall(RankingMetrics metrics, CurvePoint point) {
    return share(point.truePositives(), metrics.totals().positives());
  }

  private static Double precision(CurvePoint point) {
    return share(point.truePositives(), point.truePositives() + point.falsePositives());
  }

  /** A share; null if the whole is zero. */
  private static Double share(long part, long whole) {
    return whole == 0 ? null : (Double) ((double) part / whole);
  }

  /** The rows of {@code per_video.csv}, from the same frames as {@link #perVideo}. */
  public static Dataset<Row> videos(Dataset<Row> frames) {
    return frames
        .select("video_id", "segment_index", "score", "positives", "negatives")
        .repartitionByRange(col("video_id"))
        .sortWithinPartitions(col("video_id"), col("score").desc())
        .mapPartitions(
            (MapPartitionsFunction<Row, Row>) VideoMetrics::of, Encoders.row(VideoMetrics.SCHEMA));
  }
}
