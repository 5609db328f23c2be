package org.c2fpl.stages;

import static org.apache.spark.sql.functions.col;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Row;
import org.c2fpl.errors.DataException;
import org.c2fpl.errors.Secrets;
import org.c2fpl.report.HtmlPage;
import org.c2fpl.workspace.Json;
import org.c2fpl.workspace.Leaf;
import org.c2fpl.workspace.LeafTransaction;
import org.c2fpl.workspace.Manifest;
import org.c2fpl.workspace.ManifestDraft;
import org.c2fpl.workspace.Table;
import org.c2fpl.workspace.WholeFile;
import org.c2fpl.workspace.Workspace;

/**
 * Everything there → {@code report/index.html}: tables and parameters, accuracy beside the
 * label-free yardsticks, the clustering's steps, the strongest detections.
 *
 * <p>Memory: {@link #MAX_DETECTIONS} rows on the driver, and one manifest a leaf.
 */
public final class ReportStage {
  private static final String NAME = "report";
  private static final Leaf REPORT = Leaf.of(Table.REPORT);
  private static final int MAX_DETECTIONS = 100;

  private final StageContext context;
  private final Workspace workspace;

  private ReportStage(StageContext context) {
    this.context = context;
    this.workspace = context.workspace();
  }

  public static void run(StageContext context) {
    new ReportStage(context).run();
  }

  private void run() {
    Instant start = Instant.now();
    ManifestDraft draft = ManifestDraft.of(NAME, context.seed());
    List<Leaf> leaves = new ArrayList<>();
    for (Table table : Table.values()) {
      if (table != Table.REPORT) {
        leaves.addAll(workspace.leaves(table));
      }
    }
    if (leaves.isEmpty()) {
      throw new DataException(
          "Cannot report on workspace "
              + workspace.root()
              + ": it has no tables yet. Run 'c2fpl ingest' or 'c2fpl run' first.");
    }
    leaves.forEach(leaf -> draft.input(leaf, workspace.require(leaf, "")));
    try (LeafTransaction transaction =
        workspace.begin(draft, context.writeMode(), List.of(REPORT))) {
      Path page = new Path(workspace.path(REPORT), "index.html");
      if (transaction.upToDate()) {
        context.console().skipped(NAME, page + " is up to date");
        return;
      }
      write(new Path(transaction.staging(REPORT), "index.html"), page(leaves));
      transaction.rows(REPORT, leaves.size());
      transaction.commit();
      context.console().stage(NAME, Duration.between(start, Instant.now()), page.toString());
    }
  }

  private String page(List<Leaf> leaves) {
    HtmlPage page = new HtmlPage("C2FPL on Spark: " + Secrets.masked(workspace.root().toString()));
    accuracy(page);
    coarse(page);
    detections(page);
    tables(page, leaves);
    return page.html();
  }

  private void accuracy(HtmlPage page) {
    Path file = workspace.path(Table.EVALUATION.folder() + "/metrics.json");
    Optional<JsonNode> metrics = workspace.readJson(file);
    page.heading("Accuracy");
    if (metrics.isEmpty()) {
      page.note("Not evaluated: no annotations were compared with the scores.");
      return;
    }
    List<List<String>> rows = new ArrayList<>();
    rows.add(accuracyRow("detector", metrics.get()));
    metrics
        .get()
        .path("yardsticks")
        .fields()
        .forEachRemaining(entry -> rows.add(accuracyRow(entry.getKey(), entry.getValue())));
    page.table(
        List.of("score", "frame AUC", "frame AP", "AUC in anomalous videos", "equal error rate"),
        rows);
    interval(page, metrics.get());
    page.note(
        String.format(
            Locale.ROOT,
            "%,d frames, %,d of them anomalous, in %,d videos. The other scores use the same features"
                + " without a detector; length is a control that looks at no feature.",
            metrics.get().path("frames").asLong(),
            metrics.get().path("positives").asLong(),
            metrics.get().path("videos").asLong()));
  }

  private static List<String> accuracyRow(String name, JsonNode metrics) {
    return List.of(
        name,
        number(metrics.path("frame_auc")),
        number(metrics.path("frame_ap")),
        number(metrics.path("frame_auc_anomalous_videos")),
        number(metrics.path("equal_error_rate")));
  }

  private static void interval(HtmlPage page, JsonNode metrics) {
    JsonNode auc = metrics.path("bootstrap").path("frame_auc");
    JsonNode coarse = metrics.path("pseudo_labels").path("coarse");
    page.note(
        "Detector: 95 % interval of the frame AUC over resampled videos "
            + number(auc.path("low"))
            + " to "
            + number(auc.path("high"))
            + "; mean AUC inside a video "
            + number(metrics.path("video_auc_mean"))
            + "; false alarms on normal videos at 0.5 "
            + number(metrics.path("false_alarm_rate"))
            + "; accuracy of the coarse pseudo-labels "
            + number(coarse.path("accuracy"))
            + ".");
  }

  private void coarse(HtmlPage page) {
    Optional<Manifest> manifest = workspace.manifest(Leaf.of(Table.COARSE_LABELS));
    if (manifest.isEmpty()) {
      return;
    }
    page.heading("Coarse pseudo-labels");
    List<List<String>> rows = new ArrayList<>();
    for (JsonNode step : manifest.get().details().path("iterations")) {
      List<String> row = new ArrayList<>();
      step.elements().forEachRemaining(value -> row.add(number(value)));
      rows.add(row);
    }
    List<String> header = new ArrayList<>();
    JsonNode first = manifest.get().details().path("iterations").path(0);
    first.fieldNames().forEachRemaining(header::add);
    if (!rows.isEmpty()) {
      page.table(header, rows);
    }
    JsonNode stopped = manifest.get().details().path("stopped_early");
    if (stopped.isTextual()) {
      page.note("Stopped early: " + stopped.asText());
    }
  }

  private void detections(HtmlPage page) {
    List<Leaf> leaves = workspace.leaves(Table.DETECTIONS);
    if (leaves.isEmpty()) {
      return;
    }
    page.heading("Strongest detections");
    List<List<String>> rows = new ArrayList<>();
    for (Row row :
        workspace
            .read(context.spark(), leaves)
            .orderBy(col("peak_score").desc(), col("video_id"), col("start_frame"))
            .takeAsList(MAX_DETECTIONS)) {
      rows.add(
          List.of(
              row.getAs("video_id"),
              row.getAs("start_frame").toString(),
              row.getAs("end_frame").toString(),
              seconds(row.getAs("start_seconds")),
              seconds(row.getAs("end_seconds")),
              decimal(row.getAs("peak_score")),
              decimal(row.getAs("mean_score"))));
    }
    page.table(
        List.of("video", "start frame", "end frame", "start", "end", "peak score", "mean score"),
        rows);
    page.note("At most " + MAX_DETECTIONS + " are listed; all stand in the detections table.");
  }

  private void tables(HtmlPage page, List<Leaf> leaves) {
    page.heading("Tables");
    List<List<String>> rows = new ArrayList<>();
    for (Leaf leaf : leaves) {
      Manifest manifest = workspace.require(leaf, "");
      rows.add(
          List.of(
              leaf.path(),
              String.format(Locale.ROOT, "%,d", manifest.rows()),
              parameters(manifest.parameters()),
              manifest.ended()));
    }
    page.table(List.of("table", "rows", "parameters", "made"), rows);
  }

  private static String parameters(Map<String, Object> parameters) {
    return Json.MAPPER.valueToTree(parameters).toString();
  }

  private void write(Path file, String html) {
    try {
      WholeFile.write(workspace.fileSystem(), file, html.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String number(JsonNode value) {
    if (value.isMissingNode() || value.isNull()) {
      return "-";
    }
    return value.isFloatingPointNumber() ? decimal(value.asDouble()) : value.toString();
  }

  private static String decimal(double value) {
    return String.format(Locale.ROOT, "%.4f", value);
  }

  private static String seconds(Double seconds) {
    return seconds == null ? "" : String.format(Locale.ROOT, "%.1f s", seconds);
  }
}
