package org.c2fpl.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.c2fpl.detector.ModelStore;
import org.c2fpl.errors.Secrets;
import org.c2fpl.report.page.Figures;
import org.c2fpl.report.page.ReportData;
import org.c2fpl.report.page.ReportPage;
import org.c2fpl.report.page.ReportTables;
import org.c2fpl.report.page.Thinning;
import org.c2fpl.score.ScoringModels;
import org.c2fpl.segments.Splits;
import org.c2fpl.stage.StageContext;
import org.c2fpl.workspace.Leaf;
import org.c2fpl.workspace.Manifest;
import org.c2fpl.workspace.Table;
import org.c2fpl.workspace.Versions;
import org.c2fpl.workspace.Workspace;

/** The page of a workspace with its existing tables; missing tables are left out. */
public final class ReportContent {
  /** The most epochs in the page. */
  private static final int MAX_LOSSES = 2000;

  private final StageContext context;
  private final Workspace workspace;
  private final ModelStore models;
  private final FrameGrabs frameGrabs;

  /**
   * @param grabbed the number of strongest detections that get a picture
   */
  public ReportContent(StageContext context, int grabbed) {
    this.context = context;
    this.frameGrabs = new FrameGrabs(context, grabbed);
    this.workspace = context.workspace();
    this.models = new ModelStore(workspace);
  }

  /**
   * The page.
   *
   * @param leaves the leaves that it shows
   */
  public String html(List<Leaf> leaves) {
    JsonNode metrics = metrics().orElse(null);
    EvaluationResults evaluation =
        metrics == null ? null : new EvaluationResults(workspace, metrics);
    ScoringModels scoredBy = ScoringModels.of(context);
    String model = scoredBy.current();
    ScoredVideos.Found scored = new ScoredVideos(context, frameGrabs).find(evaluation, scoredBy);
    Norms norms = new Norms(context);
    ReportData data =
        new ReportData(
            ReportData.FORMAT,
            "C2FPL on Spark: " + Secrets.masked(workspace.root().toString()),
            made(leaves, model),
            Versions.program(),
            Splits.shape(workspace).map(Splits.Shape::framesPerSegment).orElse(null),
            threshold(),
            new ReportData.Totals(
                scored.scored(),
                scored.detected(),
                scored.videos().size(),
                scored.detections().size()),
            scored.videos(),
            scored.detections(),
            evaluation == null ? null : evaluation.curves(),
            TrainingVideos.find(context),
            CoarsePoints.find(context),
            norms.histogram(),
            losses(model),
            norms.drift(learnedFrom(model)));
    Facts facts = new Facts(context);
    return ReportPage.html(
        data,
        new ReportTables(
            Facts.notices(scoredBy, metrics),
            facts.summary(data, metrics, scoredBy),
            Facts.accuracy(metrics),
            Facts.classes(metrics),
            facts.coarse(),
            facts.quality(data.drift(), leaves, training(model)),
            facts.tables(leaves)));
  }

  private Optional<JsonNode> metrics() {
    Leaf evaluation = Leaf.of(Table.EVALUATION);
    return workspace.manifest(evaluation).isEmpty()
        ? Optional.empty()
        : workspace.readJson(workspace.file(evaluation, "metrics.json"));
  }

  /** The time of the newest table in the page, so that the same tables give the same page. */
  private String made(List<Leaf> leaves, String model) {
    return Stream.concat(
            leaves.stream().flatMap(leaf -> workspace.manifest(leaf).stream()),
            training(model).stream())
        .map(Manifest::ended)
        .filter(Objects::nonNull)
        .map(Instant::parse)
        .max(Comparator.naturalOrder())
        .map(ended -> ended.truncatedTo(ChronoUnit.SECONDS).toString())
        .orElse("");
  }

  /** The threshold of the detections; null if batches have several. */
  private Double threshold() {
    List<Object> thresholds =
        workspace.leaves(Table.DETECTIONS).stream()
            .map(leaf -> workspace.require(leaf, "").parameters().get("threshold"))
            .distinct()
            .toList();
    return thresholds.size() == 1 && thresholds.get(0) instanceof Number threshold
        ? (Double) threshold.doubleValue()
        : null;
  }

  /**
   * The description of the training in the manifest of the current model. Unlike {@code
   * detector.json}, it can be read for any format of the model.
   */
  private Optional<Manifest> training(String model) {
    return model == null ? Optional.empty() : models.manifest(model);
  }

  private List<Double> losses(String model) {
    List<Double> losses = new ArrayList<>();
    training(model)
        .map(manifest -> manifest.details().path("losses"))
        .ifPresent(
            all -> {
              for (int i : Thinning.evenly(all.size(), MAX_LOSSES)) {
                losses.add(Figures.rounded(all.path(i).asDouble()));
              }
            });
    return losses;
  }

  /** Null if unknown. */
  private String learnedFrom(String model) {
    return training(model)
        .map(manifest -> manifest.parameters().get("split"))
        .map(Object::toString)
        .orElse(null);
  }
}
