package org.c2fpl.report;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.xxhash64;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.c2fpl.report.page.Figures;
import org.c2fpl.report.page.ReportData.Ellipse;
import org.c2fpl.report.page.ReportData.Points;
import org.c2fpl.report.page.ReportData.Scatter;
import org.c2fpl.stage.StageContext;
import org.c2fpl.workspace.Leaf;
import org.c2fpl.workspace.Manifest;
import org.c2fpl.workspace.Table;

/**
 * The points of the training videos in the clustering. Memory on the driver: {@link #MAX_POINTS}
 * rows, and as many per partition during the selection by hash.
 */
final class CoarsePoints {
  static final int MAX_POINTS = 6000;

  /** Number of videos at each end of each axis that are always kept. */
  private static final int EXTREMES = 50;

  private static final Leaf COARSE = Leaf.of(Table.COARSE_LABELS);
  private static final int NORMAL = -1;
  private static final int OTHER = Integer.MAX_VALUE;

  private CoarsePoints() {}

  /** Null if nothing was clustered. */
  static Scatter find(StageContext context) {
    Manifest manifest = context.workspace().manifest(COARSE).orElse(null);
    if (manifest == null) {
      return null;
    }
    NameBudget names = new NameBudget();
    List<Row> rows =
        thinned(context.workspace().read(context.spark(), COARSE), manifest.rows())
            .orderBy("video_id")
            .collectAsList()
            .stream()
            .takeWhile(row -> names.takes(row.getAs("video_id")))
            .toList();
    Map<Integer, List<Row>> groups = new TreeMap<>();
    rows.forEach(row -> groups.computeIfAbsent(group(row), any -> new ArrayList<>()).add(row));
    List<Points> points = new ArrayList<>();
    groups.forEach((group, members) -> points.add(points(name(group), members)));
    return new Scatter(points, manifest.rows(), rows.size(), ellipses(manifest));
  }

  private static Dataset<Row> thinned(Dataset<Row> videos, long total) {
    if (total <= MAX_POINTS) {
      return videos;
    }
    Dataset<Row> kept =
        videos
            .orderBy(xxhash64(lit(0L), col("video_id")), col("video_id"))
            .limit(MAX_POINTS - 4 * EXTREMES);
    for (String axis : List.of("norm_mean", "norm_std")) {
      for (Column order : List.of(col(axis).asc(), col(axis).desc())) {
        kept = kept.union(videos.orderBy(order, col("video_id")).limit(EXTREMES));
      }
    }
    return kept.dropDuplicates("video_id");
  }

  private static int group(Row row) {
    if (row.<Integer>getAs("label") == 0) {
      return NORMAL;
    }
    Integer iteration = row.getAs("iteration");
    return iteration == null ? OTHER : iteration;
  }

  private static String name(int group) {
    return switch (group) {
      case NORMAL -> "normal";
      case OTHER -> "anomalous";
      case 0 -> "given label";
      default -> "iteration " + group;
    };
  }

  private static Points points(String name, List<Row> rows) {
    return new Points(
        name,
        rows.stream().mapToDouble(row -> Figures.rounded(row.<Double>getAs("norm_mean"))).toArray(),
        rows.stream().mapToDouble(row -> Figures.rounded(row.<Double>getAs("norm_std"))).toArray(),
        rows.stream().map(row -> row.<String>getAs("video_id")).toArray(String[]::new));
  }

  /** Empty if an older version of the program or a clustering without a mixture made the labels. */
  private static List<Ellipse> ellipses(Manifest manifest) {
    List<Ellipse> ellipses = new ArrayList<>();
    for (JsonNode step : manifest.details().path("iterations")) {
      for (String cluster : List.of("normal", "anomalous")) {
        JsonNode component = step.path(cluster + "_component");
        if (component.isObject()) {
          ellipses.add(
              new Ellipse(
                  step.path("iteration").asInt(),
                  cluster,
                  numbers(component.path("mean")),
                  numbers(component.path("covariance")),
                  Figures.rounded(component.path("weight").asDouble())));
        }
      }
    }
    return ellipses;
  }

  private static double[] numbers(JsonNode array) {
    double[] numbers = new double[array.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = Figures.rounded(array.path(i).asDouble());
    }
    return numbers;
  }
}
