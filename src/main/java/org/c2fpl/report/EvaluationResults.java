package org.c2fpl.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.hadoop.fs.Path;
import org.c2fpl.errors.DataException;
import org.c2fpl.formats.CsvReader;
import org.c2fpl.report.page.Figures;
import org.c2fpl.report.page.ReportData.Curve;
import org.c2fpl.report.page.ReportData.Curves;
import org.c2fpl.report.page.Thinning;
import org.c2fpl.workspace.Leaf;
import org.c2fpl.workspace.Table;
import org.c2fpl.workspace.Workspace;

/**
 * The files of {@code evaluation/}. Memory: their curves, 2,000 points each, and the AUCs of {@link
 * ScoredVideos#MAX_VIDEOS} videos.
 */
final class EvaluationResults {
  /** The most points of a curve in the page. */
  static final int MAX_POINTS = 500;

  private final Workspace workspace;
  private final JsonNode metrics;

  /**
   * @param metrics the content of {@code metrics.json}
   */
  EvaluationResults(Workspace workspace, JsonNode metrics) {
    this.workspace = workspace;
    this.metrics = metrics;
  }

  /**
   * AUCs within videos, by split and id.
   *
   * @param names the videos to find
   */
  Map<String, Double> aucs(Set<String> names) {
    String split = metrics.path("split").asText();
    Map<String, Double> aucs = new HashMap<>();
    read(
        "per_video.csv",
        row -> {
          String name = split + "/" + row.get("video_id");
          String auc = row.get("auc");
          if (names.contains(name) && auc != null) {
            aucs.put(name, Double.valueOf(auc));
          }
        });
    return aucs;
  }

  /** Null if no frame of either kind was evaluated. */
  Curves curves() {
    Map<String, List<double[]>> roc = new LinkedHashMap<>();
    Map<String, List<double[]>> pr = new LinkedHashMap<>();
    read(
        "roc.csv",
        row -> add(roc, "detector", row.get("false_positive_rate"), row.get("true_positive_rate")));
    read("pr.csv", row -> add(pr, "detector", row.get("recall"), row.get("precision")));
    // Missing in older evaluations.
    read(
        "yardstick_curves.csv",
        row ->
            add(
                row.get("curve").equals("roc") ? roc : pr,
                row.get("name"),
                row.get("x"),
                row.get("y")));
    long frames = metrics.path("frames").asLong();
    if (roc.isEmpty() && pr.isEmpty() || frames == 0) {
      return null;
    }
    return new Curves(
        curves(roc, "frame_auc"),
        curves(pr, "frame_ap"),
        Figures.rounded((double) metrics.path("positives").asLong() / frames));
  }

  private static void add(Map<String, List<double[]>> curves, String name, String x, String y) {
    // A rate without frames is empty.
    if (x != null && y != null) {
      curves
          .computeIfAbsent(name, any -> new ArrayList<>())
          .add(new double[] {Double.parseDouble(x), Double.parseDouble(y)});
    }
  }

  private List<Curve> curves(Map<String, List<double[]>> points, String area) {
    List<Curve> curves = new ArrayList<>();
    points.forEach(
        (name, all) -> {
          int[] kept = Thinning.evenly(all.size(), MAX_POINTS);
          double[] x = new double[kept.length];
          double[] y = new double[kept.length];
          for (int i = 0; i < kept.length; i++) {
            x[i] = Figures.rounded(all.get(kept[i])[0]);
            y[i] = Figures.rounded(all.get(kept[i])[1]);
          }
          JsonNode of = name.equals("detector") ? metrics : metrics.path("yardsticks").path(name);
          JsonNode value = of.path(area);
          curves.add(
              new Curve(name, x, y, value.isNumber() ? Figures.rounded(value.asDouble()) : null));
        });
    return curves;
  }

  /** The rows of a file; none if it does not exist. */
  private void read(String name, Consumer<CsvReader.Fields> rows) {
    Path file = workspace.file(Leaf.of(Table.EVALUATION), name);
    try (InputStream in = workspace.fileSystem().open(file)) {
      CsvReader reader =
          new CsvReader(
              in,
              file.toString(),
              (line, text, found, remedy) -> {
                throw new DataException(
                    "Cannot read "
                        + file
                        + ": line "
                        + line
                        + ": "
                        + found
                        + ". Run 'c2fpl evaluate' again.");
              });
      reader.header(List.of(), List.of());
      for (CsvReader.Fields row = reader.next(); row != null; row = reader.next()) {
        rows.accept(row);
      }
    } catch (FileNotFoundException e) {
      return;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
