package org.c2fpl.report;

import static org.apache.spark.sql.functions.col;
import static org.c2fpl.report.page.Figures.count;
import static org.c2fpl.report.page.Figures.decimal;
import static org.c2fpl.report.page.Figures.significant;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.c2fpl.detector.ModelStore;
import org.c2fpl.errors.Secrets;
import org.c2fpl.report.page.Grid;
import org.c2fpl.report.page.ReportData;
import org.c2fpl.report.page.ReportData.Drift;
import org.c2fpl.report.page.ReportData.DriftOfBatch;
import org.c2fpl.report.page.ReportTables.Part;
import org.c2fpl.score.ScoringModels;
import org.c2fpl.stage.Doubts;
import org.c2fpl.stage.StageContext;
import org.c2fpl.stage.Words;
import org.c2fpl.workspace.Leaf;
import org.c2fpl.workspace.Manifest;
import org.c2fpl.workspace.Table;
import org.c2fpl.workspace.Workspace;

/** The tables of the page. Memory on the driver: the manifests, and {@link #MAX_REJECTED} rows. */
final class Facts {
  static final int MAX_REJECTED = 200;

  private final StageContext context;
  private final Workspace workspace;

  Facts(StageContext context) {
    this.context = context;
    this.workspace = context.workspace();
  }

  Part summary(ReportData data, JsonNode metrics, ScoringModels scoredBy) {
    Grid grid = Grid.of("what", "value");
    for (Leaf leaf : workspace.leaves(Table.SEGMENTS)) {
      long videos = workspace.manifest(leaf.in(Table.VIDEOS)).map(Manifest::rows).orElse(0L);
      Manifest segments = workspace.require(leaf, "");
      grid.row(
          "footage, split " + leaf.split() + ", batch " + leaf.batch(),
          count(videos)
              + " videos, "
              + count(segments.rows())
              + " segments of "
              + segments.details().path("crops").asText()
              + " crops × "
              + segments.details().path("dim").asText()
              + scoredBy(scoredBy, leaf));
    }
    if (scoredBy.current() != null) {
      model(grid, scoredBy.current());
    }
    if (data.threshold() != null) {
      grid.row("threshold of detections", decimal(data.threshold()));
    }
    if (data.totals().videos() > 0) {
      grid.row("scored videos", count(data.totals().videos()));
      grid.row("detections", count(data.totals().detections()));
    }
    if (metrics != null) {
      String by = " of " + metrics.path("model").asText("the scores");
      grid.row("frame AUC" + by, number(metrics.path("frame_auc")));
      grid.row("frame AP" + by, number(metrics.path("frame_ap")));
    }
    grid.row("newest table made", data.made());
    return new Part(List.of(grid), List.of());
  }

  private String scoredBy(ScoringModels models, Leaf segments) {
    String model = models.of(segments.in(Table.SEGMENT_SCORES));
    if (model == null) {
      return "";
    }
    return ", scored by "
        + model
        + (model.equals(models.current()) ? "" : ", not the current model");
  }

  /** The notices for the reader. */
  static List<String> notices(ScoringModels scoredBy, JsonNode metrics) {
    List<String> notices = new ArrayList<>();
    scoredBy.outOfUse().ifPresent(notices::add);
    if (scoredBy.ids().size() > 1) {
      notices.add(
          "The lists below have scores of "
              + scoredBy.ids().size()
              + " models, which are not comparable: "
              + scoredBy.named()
              + ".");
    }
    String evaluated = metrics == null ? null : metrics.path("model").asText(null);
    if (evaluated != null && scoredBy.current() != null && !evaluated.equals(scoredBy.current())) {
      notices.add(
          "Accuracy and curves are those of "
              + evaluated
              + ", not of the current model. 'c2fpl score --split "
              + metrics.path("split").asText()
              + " --write-mode refresh' and 'c2fpl evaluate --write-mode refresh' make them"
              + " again.");
    }
    return notices;
  }

  /** The model as its file describes it, in any format; missing fields are left out. */
  private void model(Grid grid, String model) {
    grid.row("model in use", model);
    JsonNode detector =
        workspace
            .readJson(workspace.path(ModelStore.folder(model) + "/detector.json"))
            .orElse(MissingNode.getInstance());
    JsonNode training = detector.path("training");
    if (detector.has("parameter_hash")) {
      grid.row("hash of its parameters", detector.path("parameter_hash").asText());
    }
    if (training.has("epochs")) {
      grid.row(
          "training",
          String.format(
              Locale.ROOT,
              "%s epochs over %s segments of split %s, %s of them pseudo-labelled anomalous; %s"
                  + " workers, batches of %s, seed %s",
              training.path("epochs").asText(),
              count(training.path("segments").asLong()),
              training.path("split").asText(),
              count(training.path("anomalous_segments").asLong()),
              training.path("workers").asText(),
              training.path("batch").asText(),
              training.path("seed").asText()));
    }
    if (training.has("seconds")) {
      String cpu = training.path("machines").path(0).path("cpu").asText("");
      grid.row(
          "time of training",
          significant(training.path("seconds").asDouble())
              + " s"
              + (cpu.isEmpty() ? "" : " on " + cpu));
    }
    if (detector.has("threshold")) {
      grid.row(
          "its threshold",
          decimal(detector.path("threshold").asDouble())
              + " ("
              + detector.path("threshold_rule").asText("?")
              + ")");
    }
  }

  /** Null if nothing was evaluated. */
  static Part accuracy(JsonNode metrics) {
    if (metrics == null) {
      return null;
    }
    String model = metrics.path("model").asText("");
    Grid grid =
        Grid.of("score", "frame AUC", "frame AP", "AUC in anomalous videos", "equal error rate");
    accuracy(grid, "detector", metrics);
    metrics
        .path("yardsticks")
        .fields()
        .forEachRemaining(yardstick -> accuracy(grid, yardstick.getKey(), yardstick.getValue()));
    JsonNode auc = metrics.path("bootstrap").path("frame_auc");
    List<String> notes = new ArrayList<>();
    if (!model.isEmpty()) {
      notes.add("The detector is " + model + ".");
    }
    if (auc.isObject()) {
      notes.add(
          "Detector: 95 % interval of the frame AUC over resampled videos "
              + number(auc.path("low"))
              + " to "
              + number(auc.path("high"))
              + ".");
    }
    notes.add(
        "Mean AUC inside a video "
            + number(metrics.path("video_auc_mean"))
            + "; false alarms on normal videos at 0.5 "
            + number(metrics.path("false_alarm_rate"))
            + ", at the model's threshold "
            + number(metrics.path("false_alarm_rate_at_model_threshold"))
            + "; accuracy of the coarse pseudo-labels "
            + number(metrics.path("pseudo_labels").path("coarse").path("accuracy"))
            + ", of the fine ones "
            + number(metrics.path("pseudo_labels").path("fine").path("accuracy"))
            + ".");
    notes.add(
        count(metrics.path("frames").asLong())
            + " frames, "
            + count(metrics.path("positives").asLong())
            + " of them anomalous, in "
            + count(metrics.path("videos").asLong())
            + " videos of split "
            + metrics.path("split").asText()
            + ". The other scores use the same features without a detector; length is a control"
            + " that uses no feature.");
    return new Part(List.of(grid), notes);
  }

  private static void accuracy(Grid grid, String name, JsonNode metrics) {
    grid.row(
        name,
        number(metrics.path("frame_auc")),
        number(metrics.path("frame_ap")),
        number(metrics.path("frame_auc_anomalous_videos")),
        number(metrics.path("equal_error_rate")));
  }

  /** Null if no class was evaluated. */
  static Part classes(JsonNode metrics) {
    if (metrics == null || metrics.path("classes").isEmpty()) {
      return null;
    }
    Grid grid =
        Grid.of("class", "videos", "anomalous frames", "frame AUC", "AUC in its anomalous videos");
    metrics
        .path("classes")
        .fields()
        .forEachRemaining(
            each ->
                grid.row(
                    each.getKey(),
                    count(each.getValue().path("videos").asLong()),
                    count(each.getValue().path("positives").asLong()),
                    number(each.getValue().path("frame_auc")),
                    number(each.getValue().path("frame_auc_anomalous_videos"))));
    return new Part(
        List.of(grid),
        List.of(
            "A class's anomalous frames against the normal ones of its videos and of all normal"
                + " videos. Classes with few videos are noise."));
  }

  /** Null if nothing was clustered in steps. */
  Part coarse() {
    Manifest manifest = workspace.manifest(Leaf.of(Table.COARSE_LABELS)).orElse(null);
    if (manifest == null) {
      return null;
    }
    JsonNode steps = manifest.details().path("iterations");
    List<String> header = new ArrayList<>();
    // Each clustering method records other figures of a step.
    steps
        .path(0)
        .fields()
        .forEachRemaining(
            field -> {
              if (field.getValue().isValueNode()) {
                header.add(field.getKey());
              }
            });
    Grid grid = new Grid(header, new ArrayList<>());
    for (JsonNode step : steps) {
      grid.rows().add(header.stream().map(name -> number(step.path(name))).toList());
    }
    List<String> notes = new ArrayList<>();
    JsonNode stopped = manifest.details().path("stopped_early");
    if (stopped.isTextual()) {
      notes.add("Stopped early: " + stopped.asText());
    }
    return grid.isEmpty() && notes.isEmpty()
        ? null
        : new Part(grid.isEmpty() ? List.of() : List.of(grid), notes);
  }

  /**
   * Null if nothing is doubtful, nothing was rejected and no drift is known.
   *
   * @param leaves the leaves of the page
   * @param training the manifest of the current model
   */
  Part quality(Drift drift, List<Leaf> leaves, Optional<Manifest> training) {
    List<Grid> grids = new ArrayList<>();
    List<String> notes = new ArrayList<>();
    doubts(grids, leaves, training);
    training
        .map(manifest -> manifest.details().path(ModelStore.LABEL_AUC))
        .filter(JsonNode::isNumber)
        .ifPresent(
            auc ->
                notes.add(
                    "The detector's scores of the training footage rank its own pseudo-labels with"
                        + " an AUC of "
                        + number(auc)
                        + "; 0.5 is chance."));
    if (drift != null) {
      Grid grid =
          Grid.of(
              "split",
              "batch",
              "segments",
              "mean norm",
              "deviation",
              "shift",
              "ratio of deviations");
      for (DriftOfBatch batch : drift.batches()) {
        grid.row(
            batch.split(),
            batch.batch(),
            count(batch.segments()),
            significant(batch.mean()),
            significant(batch.deviation()),
            batch.shift() == null ? "" : significant(batch.shift()),
            batch.ratio() == null ? "" : significant(batch.ratio()));
      }
      grids.add(grid);
      notes.add(
          "Norms of scored footage compared with those of split "
              + drift.reference()
              + ", the training footage of the model: mean "
              + significant(drift.mean())
              + ", deviation "
              + significant(drift.deviation())
              + ". The shift is given in these deviations. If it is far from 0, or the ratio far"
              + " from 1, the footage is of another kind, and the threshold may no longer fit.");
      if (drift.incomparable() > 0) {
        notes.add(
            "The shift of "
                + Words.count(drift.incomparable(), "batch", "batches")
                + " is unknown: the norms were computed with other options, or with another feature"
                + " profile than those of split "
                + drift.reference()
                + ". 'c2fpl stats --write-mode refresh' computes them again.");
      }
    }
    rejected(grids, notes);
    return grids.isEmpty() && notes.isEmpty() ? null : new Part(grids, notes);
  }

  private void doubts(List<Grid> grids, List<Leaf> leaves, Optional<Manifest> training) {
    Grid grid = Grid.of("table", "doubt");
    Stream.concat(leaves.stream().map(leaf -> workspace.require(leaf, "")), training.stream())
        .forEach(
            manifest ->
                Doubts.in(manifest.details())
                    .forEach(doubt -> grid.row(manifest.leaf(), Secrets.masked(doubt))));
    if (!grid.isEmpty()) {
      grids.add(grid);
    }
  }

  private void rejected(List<Grid> grids, List<String> notes) {
    List<Leaf> leaves =
        workspace.leaves(Table.REJECTED).stream()
            .filter(leaf -> workspace.require(leaf, "").rows() > 0)
            .toList();
    if (leaves.isEmpty()) {
      return;
    }
    Grid grid = Grid.of("rejected video", "split", "batch", "file", "reason");
    for (Row row :
        Batches.read(context, leaves)
            .orderBy(col("split"), col("batch"), col("file"), col("video_id"), col("reason"))
            .limit(MAX_REJECTED)
            .collectAsList()) {
      grid.row(
          text(row.getAs("video_id")),
          row.getAs("split"),
          row.getAs("batch"),
          text(row.getAs("file")),
          row.getAs("reason"));
    }
    grids.add(grid);
    long all = leaves.stream().mapToLong(leaf -> workspace.require(leaf, "").rows()).sum();
    notes.add(count(grid.rows().size()) + " of " + count(all) + " rejected videos are listed.");
  }

  private static String text(String value) {
    return value == null ? "" : Secrets.masked(value);
  }

  Part tables(List<Leaf> leaves) {
    Grid grid = Grid.of("table", "rows", "parameters", "made");
    for (Leaf leaf : leaves) {
      Manifest manifest = workspace.require(leaf, "");
      grid.row(
          leaf.path(),
          count(manifest.rows()),
          manifest.parameters().entrySet().stream()
              .map(parameter -> parameter.getKey() + " " + parameter.getValue())
              .collect(Collectors.joining(", ")),
          Instant.parse(manifest.ended()).truncatedTo(ChronoUnit.SECONDS).toString());
    }
    return new Part(List.of(grid), List.of());
  }

  private static String number(JsonNode value) {
    if (value.isMissingNode() || value.isNull()) {
      return "–";
    }
    return value.isFloatingPointNumber() ? decimal(value.asDouble()) : value.asText();
  }
}
