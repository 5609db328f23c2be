package org.c2fpl.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.hadoop.fs.Path;
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
  /** Points of a curve in the page. */
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

  @FunctionalInterface
  private interface Line {
    void read(List<String> cells);
  }

  /**
   * AUCs within videos, by split and id.
   *
   * @param names the videos to look for
   */
  Map<String, Double> aucs(Set<String> names) {
    String split = metrics.path("split").asText();
    Map<String, Double> aucs = new HashMap<>();
    read(
        "per_video.csv",
        cells -> {
          String name = split + "/" + cells.get(0);
          String auc = cells.get(cells.size() - 1);
          if (names.contains(name) && !auc.isEmpty()) {
            aucs.put(name, Double.valueOf(auc));
          }
        });
    return aucs;
  }

  /** Null where no frame of either kind was evaluated. */
  Curves curves() {
    Map<String, List<double[]>> roc = new LinkedHashMap<>();
    Map<String, List<double[]>> pr = new LinkedHashMap<>();
    read("roc.csv", cells -> add(roc, "detector", cells, 1));
    read("pr.csv", cells -> add(pr, "detector", cells, 1));
    // Older evaluations have none.
    read(
        "yardstick_curves.csv",
        cells -> add(cells.get(1).equals("roc") ? roc : pr, cells.get(0), cells, 3));
    long frames = metrics.path("frames").asLong();
    if (roc.isEmpty() && pr.isEmpty() || frames == 0) {
      return null;
    }
    return new Curves(
        curves(roc, "frame_auc"),
        curves(pr, "frame_ap"),
        Figures.rounded((double) metrics.path("positives").asLong() / frames));
  }

  private static void add(
      Map<String, List<double[]>> curves, String name, List<String> cells, int x) {
    // A rate of nothing is empty.
    if (!cells.get(x).isEmpty() && !cells.get(x + 1).isEmpty()) {
      curves
          .computeIfAbsent(name, any -> new ArrayList<>())
          .add(
              new double[] {
                Double.parseDouble(cells.get(x)), Double.parseDouble(cells.get(x + 1))
              });
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

  /** The lines of a file but its first; none where the file is not there. */
  private void read(String name, Line line) {
    Path file = workspace.file(Leaf.of(Table.EVALUATION), name);
    try (BufferedReader in =
        new BufferedReader(
            new InputStreamReader(workspace.fileSystem().open(file), StandardCharsets.UTF_8))) {
      in.readLine();
      for (String text = in.readLine(); text != null; text = in.readLine()) {
        line.read(cells(text));
      }
    } catch (FileNotFoundException e) {
      return;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The cells of a line as {@code evaluate} writes them. */
  private static List<String> cells(String line) {
    List<String> cells = new ArrayList<>();
    StringBuilder cell = new StringBuilder();
    boolean quoted = false;
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (c == '"') {
        if (quoted && i + 1 < line.length() && line.charAt(i + 1) == '"') {
          cell.append('"');
          i++;
        } else {
          quoted = !quoted;
        }
      } else if (c == ',' && !quoted) {
        cells.add(cell.toString());
        cell.setLength(0);
      } else {
        cell.append(c);
      }
    }
    cells.add(cell.toString());
    return cells;
  }
}
