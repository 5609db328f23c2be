package org.c2fpl.experiment;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.c2fpl.report.page.StudyData;
import org.c2fpl.workspace.Json;

/** The data of {@code index.html}, which shows a study's results as plots. */
public final class ResultsPlots {
  /** A metric and its accessor in a result. */
  private record Column(StudyData.Metric metric, Function<Result, Double> figure) {}

  private static final List<Column> COLUMNS =
      List.of(
          column(StudyData.FRAME_AUC, "Frame AUC", true, false, Result::frameAuc),
          column("frame_ap", "Frame AP", true, false, Result::frameAp),
          column("coarse_accuracy", "Coarse accuracy", true, true, Result::coarseAccuracy),
          column("fine_precision", "Fine precision", true, true, Result::finePrecision),
          column("fine_recall", "Fine recall", true, true, Result::fineRecall),
          column("wall_seconds", "Time a run", false, false, Result::wallSeconds));

  private ResultsPlots() {}

  /** The data of the plots, without results of variants that the study no longer has. */
  public static StudyData data(Study study, List<Result> results) {
    // As in the file, which rounds the seconds.
    List<Result> written = ResultsCsv.read(ResultsCsv.write(results), study.name());
    Map<String, List<Result>> byVariant = new LinkedHashMap<>();
    study.variants().forEach(variant -> byVariant.put(variant.name(), new ArrayList<>()));
    for (Result result : written) {
      if (byVariant.containsKey(result.variant())) {
        byVariant.get(result.variant()).add(result);
      }
    }
    List<Result> shown = byVariant.values().stream().flatMap(List::stream).toList();
    List<Column> columns =
        COLUMNS.stream()
            .filter(column -> shown.stream().anyMatch(r -> column.figure().apply(r) != null))
            .toList();
    TreeSet<String> yardsticks = new TreeSet<>();
    for (Result result : shown) {
      result.yardsticks().keySet().stream()
          .filter(name -> result.yardsticks().get(name) != null)
          .forEach(yardsticks::add);
    }
    List<Map<String, String>> options = new ArrayList<>();
    for (Study.Variant variant : study.variants()) {
      options.add(options(variant, byVariant.get(variant.name())));
    }
    String option = varied(study.variants(), options);
    List<StudyData.Variant> variants = new ArrayList<>();
    for (int i = 0; i < options.size(); i++) {
      Study.Variant variant = study.variants().get(i);
      List<Result> ofVariant = byVariant.get(variant.name());
      variants.add(
          new StudyData.Variant(
              variant.name(),
              option == null ? null : number(options.get(i).get(option)),
              variant.score(),
              variant.paper(),
              variant.paperOn(),
              options.get(i),
              ofVariant.stream().map(result -> run(result, columns)).toList(),
              estimates(ofVariant, columns),
              means(ofVariant, yardsticks)));
    }
    return new StudyData(
        study.title(),
        study.description(),
        option,
        study.seeds().size(),
        columns.stream().map(Column::metric).toList(),
        yardsticks.stream().map(key -> new StudyData.Yardstick(key, name(key))).toList(),
        variants);
  }

  /**
   * The only option in which the variants differ, if each sets it to a different number; null
   * otherwise. Such a study is a curve over that option.
   */
  private static String varied(List<Study.Variant> variants, List<Map<String, String>> options) {
    TreeSet<String> differing = new TreeSet<>();
    for (Map<String, String> each : options) {
      differing.addAll(each.keySet());
    }
    differing.removeIf(
        option -> options.stream().map(each -> each.get(option)).distinct().count() == 1);
    if (differing.size() != 1
        || variants.stream().map(Study.Variant::score).distinct().count() != 1) {
      return null;
    }
    String option = differing.first();
    List<Double> values = options.stream().map(each -> number(each.get(option))).toList();
    return values.contains(null) || values.stream().distinct().count() < values.size()
        ? null
        : option;
  }

  /** The number in a text; null if it is not a number. */
  private static Double number(String text) {
    // Stricter than valueOf, which accepts 1d and 0x1p3.
    return text != null && text.matches("[-+]?(\\d+\\.?\\d*|\\.\\d+)([eE][-+]?\\d+)?")
        ? Double.valueOf(text)
        : null;
  }

  /** The options with which a variant was run; if it was not run, those of the study's file. */
  private static Map<String, String> options(Study.Variant variant, List<Result> results) {
    if (results.isEmpty()) {
      return variant.options();
    }
    try {
      Map<String, String> options = new TreeMap<>();
      Json.MAPPER
          .readTree(results.get(0).options())
          .fields()
          .forEachRemaining(each -> options.put(each.getKey(), each.getValue().asText()));
      return options;
    } catch (JsonProcessingException e) {
      return variant.options();
    }
  }

  private static StudyData.Run run(Result result, List<Column> columns) {
    Map<String, Double> figures = new LinkedHashMap<>();
    for (Column column : columns) {
      Double figure = column.figure().apply(result);
      if (figure != null) {
        figures.put(column.metric().key(), figure);
      }
    }
    return new StudyData.Run(result.seed(), figures, result.done() ? null : result.status());
  }

  private static Map<String, StudyData.Estimate> estimates(
      List<Result> results, List<Column> columns) {
    Map<String, StudyData.Estimate> estimates = new LinkedHashMap<>();
    for (Column column : columns) {
      Sample sample =
          Sample.of(results.stream().filter(Result::done).map(column.figure()).toList());
      if (sample.size() > 0) {
        // The time of a run depends on the machine and is no sample; an interval could go below
        // zero.
        boolean interval = column.metric().share() && sample.size() >= Sample.INTERVAL_FROM;
        double margin = interval ? sample.margin() : Double.NaN;
        estimates.put(
            column.metric().key(),
            new StudyData.Estimate(
                sample.size(),
                sample.mean(),
                interval ? (Double) (sample.mean() - margin) : null,
                interval ? (Double) (sample.mean() + margin) : null));
      }
    }
    return estimates;
  }

  private static Map<String, Double> means(List<Result> results, Iterable<String> yardsticks) {
    Map<String, Double> means = new TreeMap<>();
    for (String yardstick : yardsticks) {
      Sample sample =
          Sample.of(results.stream().map(result -> result.yardsticks().get(yardstick)).toList());
      if (sample.size() > 0) {
        means.put(yardstick, sample.mean());
      }
    }
    return means;
  }

  private static String name(String yardstick) {
    return yardstick.equals("one_minus_p") ? "1 − p" : yardstick.replace('_', ' ');
  }

  private static Column column(
      String key, String name, boolean share, boolean labels, Function<Result, Double> figure) {
    return new Column(new StudyData.Metric(key, name, share, labels), figure);
  }
}
