package org.c2fpl.report.page;

import static org.c2fpl.report.page.Figures.decimal;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.StringJoiner;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.c2fpl.report.page.StudyData.Estimate;
import org.c2fpl.report.page.StudyData.Metric;
import org.c2fpl.report.page.StudyData.Run;
import org.c2fpl.report.page.StudyData.Variant;

/** A study's page, and the list of all studies: tables, and the data that the script draws. */
public final class StudyPage {
  private static final String INTERVAL =
      "Intervals are 95 % intervals of the mean by Student's t, over three seeds or more; there is"
          + " none for times, or if all seeds gave the same. They show how much the seed matters,"
          + " but nothing about other footage.";

  private final StudyData data;
  private final HtmlPage page;

  private StudyPage(StudyData data, HtmlPage page) {
    this.data = data;
    this.page = page;
  }

  /**
   * A study in a list of studies.
   *
   * @param folder of its page, next to the list
   */
  public record Entry(String folder, StudyData data) {}

  /** The page of a study. */
  public static String html(StudyData data) {
    return html(data, PageAssets.load("study-scripts.txt"));
  }

  static String html(StudyData data, PageAssets assets) {
    StudyPage study = new StudyPage(data, new HtmlPage(data.title()));
    study.sections();
    return study.page.html(ReportJson.of(data), assets);
  }

  /** A page with a section and a link for each study; it has no script. */
  public static String list(List<Entry> entries) {
    HtmlPage page = new HtmlPage("Studies");
    for (int i = 0; i < entries.size(); i++) {
      Entry entry = entries.get(i);
      StudyPage study = new StudyPage(entry.data(), page);
      page.section("study-" + i, entry.data().title());
      study.describe();
      // With the dot, no folder name can be read as an address of another kind.
      page.link("./" + entry.folder() + "/index.html", "Plots and single runs");
      page.table(study.figures());
      study.failures();
    }
    page.section("intervals", "Intervals").note(INTERVAL);
    return page.html("", PageAssets.load().withoutScripts());
  }

  private void sections() {
    page.section("results", "Results");
    describe();
    page.note(INTERVAL);
    charts();
    if (data.variants().stream().flatMap(v -> v.runs().stream()).anyMatch(r -> r.failure() != null)
        || data.variants().stream().anyMatch(v -> v.runs().isEmpty())) {
      page.section("failures", "Failed and missing runs");
      failures();
    }
    page.section("figures", "All figures").table(figures());
    page.note(
        "Shares are in percent. The time of a run is the sum over its stages, including those that"
            + " other runs share.");
    yardsticks();
    variants();
    runs();
    page.section("files", "Files").note("The same results in other formats, next to this page:");
    page.link("results.csv", "results.csv");
    page.link("results.md", "results.md");
    page.link("study.yaml", "study.yaml");
    page.link("../index.html", "All studies of the workspace");
  }

  private void describe() {
    if (!data.description().isEmpty()) {
      page.note(data.description());
    }
  }

  private void charts() {
    if (data.metrics().isEmpty()) {
      page.note("No run has figures.");
      return;
    }
    String over = data.option() == null ? "variant by variant" : "over " + data.option();
    page.chart(
        "study",
        "One figure "
            + over
            + ": the mean over seeds with its 95 % interval, and each seed as a small mark. Next to"
            + " the frame AUC are"
            + (hasPaper() ? " the paper's figures, on the paper's footage, and" : "")
            + " the yardsticks: scores that need no training.",
        numbers(data.metrics().get(0)));
    List<Metric> labels = data.metrics().stream().filter(Metric::labels).toList();
    if (!labels.isEmpty()) {
      Grid grid = Grid.of("variant", "figure", "mean", "95 % interval");
      for (Variant variant : data.variants()) {
        for (Metric metric : labels) {
          Estimate estimate = variant.estimates().get(metric.key());
          grid.row(
              variant.name(), metric.name(), mean(metric, estimate), interval(metric, estimate));
        }
      }
      page.chart(
          "labels",
          "Quality of the pseudo-labels, "
              + over
              + ": the share of training videos whose coarse label is right, and precision and"
              + " recall of the segments labelled anomalous.",
          grid);
    }
  }

  /** The text that the script shows for the other metrics. */
  private Grid numbers(Metric metric) {
    Grid grid = Grid.of("variant", "mean", "95 % interval", "single seeds", "the paper");
    for (Variant variant : data.variants()) {
      Estimate estimate = variant.estimates().get(metric.key());
      StringJoiner seeds = new StringJoiner(", ");
      for (Run run : variant.runs()) {
        if (run.figures().get(metric.key()) != null) {
          seeds.add(figure(metric, run.figures().get(metric.key())));
        }
      }
      grid.row(
          variant.name(),
          mean(metric, estimate),
          interval(metric, estimate),
          seeds.toString(),
          metric.key().equals(StudyData.FRAME_AUC) ? paper(variant) : "");
    }
    return grid;
  }

  private Grid figures() {
    List<String> header = new ArrayList<>(List.of("variant", "seeds"));
    data.metrics().forEach(metric -> header.add(metric.name()));
    boolean paper = hasPaper();
    if (paper) {
      header.add("the paper's frame AUC");
    }
    Grid grid = new Grid(header, new ArrayList<>());
    for (Variant variant : data.variants()) {
      List<String> row = new ArrayList<>();
      row.add(variant.name());
      row.add(Long.toString(variant.runs().stream().filter(r -> r.failure() == null).count()));
      for (Metric metric : data.metrics()) {
        Estimate estimate = variant.estimates().get(metric.key());
        String interval = interval(metric, estimate);
        row.add(mean(metric, estimate) + (interval.isEmpty() ? "" : " [" + interval + "]"));
      }
      if (paper) {
        row.add(paper(variant));
      }
      grid.rows().add(row);
    }
    return grid;
  }

  private void failures() {
    for (Variant variant : data.variants()) {
      for (Run run : variant.runs()) {
        if (run.failure() != null) {
          page.note(variant.name() + ", seed " + run.seed() + ": " + run.failure());
        }
      }
      if (variant.runs().isEmpty()) {
        page.note(variant.name() + ": not run.");
      }
    }
  }

  private void yardsticks() {
    if (data.yardsticks().isEmpty()) {
      return;
    }
    page.section("yardsticks", "Yardsticks");
    page.note(
        "Frame AUC in percent of scores that need no training, with the variant's norms and labels;"
            + " means over seeds. A detector that is no better has learnt nothing.");
    List<String> header = new ArrayList<>(List.of("variant"));
    data.yardsticks().forEach(yardstick -> header.add(yardstick.name()));
    Grid grid = new Grid(header, new ArrayList<>());
    for (Variant variant : data.variants()) {
      List<String> row = new ArrayList<>(List.of(variant.name()));
      data.yardsticks()
          .forEach(yardstick -> row.add(percent(variant.yardsticks().get(yardstick.key()))));
      grid.rows().add(row);
    }
    page.table(grid);
  }

  /** The options in which the variants differ, and those that they share. */
  private void variants() {
    Map<String, String> common = new LinkedHashMap<>(data.variants().get(0).options());
    TreeSet<String> differing = new TreeSet<>();
    for (Variant variant : data.variants()) {
      common.entrySet().retainAll(variant.options().entrySet());
      differing.addAll(variant.options().keySet());
    }
    differing.removeAll(common.keySet());
    page.section("variants", "Variants");
    if (!common.isEmpty()) {
      page.note(
          "All of them set "
              + common.entrySet().stream()
                  .map(option -> option.getKey() + "=" + option.getValue())
                  .collect(Collectors.joining(", "))
              + ".");
    }
    List<String> header = new ArrayList<>(List.of("variant", "score"));
    header.addAll(differing);
    Grid grid = new Grid(header, new ArrayList<>());
    for (Variant variant : data.variants()) {
      List<String> row = new ArrayList<>(List.of(variant.name(), variant.score()));
      differing.forEach(option -> row.add(variant.options().getOrDefault(option, "")));
      grid.rows().add(row);
    }
    page.table(grid);
    page.note("An option that is not set has its default.");
  }

  private void runs() {
    page.section("runs", "Single runs");
    List<String> header = new ArrayList<>(List.of("variant", "seed"));
    data.metrics().forEach(metric -> header.add(metric.name()));
    header.add("status");
    Grid grid = new Grid(header, new ArrayList<>());
    for (Variant variant : data.variants()) {
      for (Run run : variant.runs()) {
        List<String> row = new ArrayList<>(List.of(variant.name(), Long.toString(run.seed())));
        for (Metric metric : data.metrics()) {
          Double value = run.figures().get(metric.key());
          row.add(metric.share() ? decimal(value) : figure(metric, value));
        }
        row.add(Objects.requireNonNullElse(run.failure(), "done"));
        grid.rows().add(row);
      }
    }
    page.table(grid);
    page.note("Shares are in [0, 1], rounded; results.csv has all digits.");
  }

  private boolean hasPaper() {
    return data.variants().stream().anyMatch(variant -> variant.paper() != null);
  }

  private static String paper(Variant variant) {
    if (variant.paper() == null) {
      return "";
    }
    String figure = String.format(Locale.ROOT, "%.2f", variant.paper());
    return variant.paperOn() == null ? figure : figure + " (" + variant.paperOn() + ")";
  }

  private static String mean(Metric metric, Estimate estimate) {
    return figure(metric, estimate == null ? null : (Double) estimate.mean());
  }

  private static String interval(Metric metric, Estimate estimate) {
    return estimate == null || estimate.low() == null || estimate.low().equals(estimate.high())
        ? ""
        : figure(metric, estimate.low()) + " to " + figure(metric, estimate.high());
  }

  private static String figure(Metric metric, Double value) {
    if (metric.share() || value == null) {
      return percent(value);
    }
    return String.format(Locale.ROOT, "%.1f s", value);
  }

  private static String percent(Double share) {
    return share == null ? "–" : String.format(Locale.ROOT, "%.2f", 100 * share);
  }
}
