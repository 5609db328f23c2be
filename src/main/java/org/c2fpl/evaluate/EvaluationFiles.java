package org.c2fpl.evaluate;

import static org.apache.spark.sql.functions.col;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.Map;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
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
   * @param count of the videos that have frames of both kinds
   * @param mean over these; null where there is none
   */
  public record VideoAucs(long count, Double mean) {}

  @FunctionalInterface
  private interface Content {
    void write(BufferedWriter out) throws IOException;
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
    write("roc.csv", out -> roc(metrics, out));
    write("pr.csv", out -> precisionRecall(metrics, out));
  }

  /** Writes {@code yardstick_curves.csv}: the curves of the yardsticks, thinned as those are. */
  public void yardstickCurves(Map<String, SlicedMetrics> yardsticks) throws IOException {
    write(
        "yardstick_curves.csv",
        out -> {
          out.write("name,curve,threshold,x,y\n");
          for (Map.Entry<String, SlicedMetrics> yardstick : yardsticks.entrySet()) {
            RankingMetrics metrics = yardstick.getValue().frames();
            for (CurvePoint point : metrics.curve()) {
              out.write(yardstick.getKey() + ",roc," + rates(metrics, point));
            }
            for (CurvePoint point : metrics.curve()) {
              out.write(yardstick.getKey() + ",pr," + recallAndPrecision(metrics, point));
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
        out -> {
          out.write(String.join(",", VideoMetrics.SCHEMA.fieldNames()) + "\n");
          int auc = VideoMetrics.SCHEMA.fieldIndex("auc");
          Iterator<Row> videos = videos(frames).toLocalIterator();
          while (videos.hasNext()) {
            Row video = videos.next();
            out.write(line(video));
            if (!video.isNullAt(auc)) {
              sum.add(video.getDouble(auc));
              count[0]++;
            }
          }
        });
    return new VideoAucs(count[0], count[0] == 0 ? null : (Double) (sum.value() / count[0]));
  }

  private void write(String name, Content content) throws IOException {
    Path file = new Path(folder, name);
    try (BufferedWriter out =
        new BufferedWriter(new OutputStreamWriter(fs.create(file), StandardCharsets.UTF_8))) {
      content.write(out);
    } catch (FSError e) {
      throw WholeFile.unwritten(file, e);
    }
  }

  private static void roc(RankingMetrics metrics, BufferedWriter out) throws IOException {
    out.write("threshold,false_positive_rate,true_positive_rate\n");
    out.write("inf,0.0,0.0\n");
    for (CurvePoint point : metrics.curve()) {
      out.write(rates(metrics, point));
    }
  }

  private static String rates(RankingMetrics metrics, CurvePoint point) {
    return point.score()
        + ","
        + share(point.falsePositives(), metrics.totals().negatives())
        + ","
        + share(point.truePositives(), metrics.totals().positives())
        + "\n";
  }

  private static void precisionRecall(RankingMetrics metrics, BufferedWriter out)
      throws IOException {
    out.write("threshold,recall,precision\n");
    out.write("inf,0.0,1.0\n");
    for (CurvePoint point : metrics.curve()) {
      out.write(recallAndPrecision(metrics, point));
    }
  }

  private static String recallAndPrecision(RankingMetrics metrics, CurvePoint point) {
    return point.score()
        + ","
        + share(point.truePositives(), metrics.totals().positives())
        + ","
        + share(point.truePositives(), point.truePositives() + point.falsePositives())
        + "\n";
  }

  /** Empty where there is nothing to have a share of. */
  private static String share(long part, long whole) {
    return whole == 0 ? "" : Double.toString((double) part / whole);
  }

  /** The rows of {@code per_video.csv}, of what {@link #perVideo} takes. */
  public static Dataset<Row> videos(Dataset<Row> frames) {
    return frames
        .select("video_id", "segment_index", "score", "positives", "negatives")
        .repartitionByRange(col("video_id"))
        .sortWithinPartitions(col("video_id"), col("score").desc())
        .mapPartitions(
            (MapPartitionsFunction<Row, Row>) VideoMetrics::of, Encoders.row(VideoMetrics.SCHEMA));
  }

  private static String line(Row video) {
    StringBuilder line = new StringBuilder(quoted(video.getString(0)));
    for (int i = 1; i < video.size(); i++) {
      line.append(',').append(video.isNullAt(i) ? "" : video.get(i));
    }
    return line.append('\n').toString();
  }

  private static String quoted(String cell) {
    return cell.indexOf(',') < 0 && cell.indexOf('"') < 0
        ? cell
        : '"' + cell.replace("\"", "\"\"") + '"';
  }
}
