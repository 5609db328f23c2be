package org.c2fpl.experiment;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.function.Function;
import org.c2fpl.stage.Words;

/** {@code results.md}: one row per variant, in the study's order. */
public final class ResultsMarkdown {
  private static final double PERCENT = 100;

  private ResultsMarkdown() {}

  /** A study with its title, its description and {@link #table}. */
  public static String page(Study study, List<Result> results) {
    StringBuilder page = new StringBuilder("# ").append(study.title()).append("\n\n");
    if (!study.description().isEmpty()) {
      page.append(study.description()).append("\n\n");
    }
    return page.append(table(study, results)).toString();
  }

  /**
   * Mean ± sample deviation over the seeds, next to the figures of the paper, and the yardsticks
   * below.
   */
  public static String table(Study study, List<Result> results) {
    Map<String, List<Result>> byVariant = new LinkedHashMap<>();
    study.variants().forEach(variant -> byVariant.put(variant.name(), new ArrayList<>()));
    for (Result result : results) {
      List<Result> ofVariant = byVariant.get(result.variant());
      if (ofVariant != null) {
        ofVariant.add(result);
      }
    }
    StringBuilder table =
        new StringBuilder(
            "| variant | seeds | frame AUC, % | frame AP, % | coarse accuracy, % |"
                + " fine precision, % | fine recall, % | the paper's AUC, % | time a run |\n"
                + "|---|---|---|---|---|---|---|---|---|\n");
    for (Study.Variant variant : study.variants()) {
      List<Result> done = byVariant.get(variant.name()).stream().filter(Result::done).toList();
      StringJoiner row = new StringJoiner(" | ", "| ", " |\n");
      row.add(variant.name());
      row.add(Integer.toString(done.size()));
      row.add(figure(done, Result::frameAuc));
      row.add(figure(done, Result::frameAp));
      row.add(figure(done, Result::coarseAccuracy));
      row.add(figure(done, Result::finePrecision));
      row.add(figure(done, Result::fineRecall));
      row.add(paper(variant));
      Sample seconds = Sample.of(done.stream().map(Result::wallSeconds).toList());
      row.add(
          seconds.size() == 0
              ? "–"
              : Words.readable(Duration.ofMillis(Math.round(1000 * seconds.mean()))));
      table.append(row);
    }
    yardsticks(byVariant).forEach((text, names) -> table.append("\n").append(line(text, names)));
    for (Result result : results) {
      if (!result.done() && byVariant.containsKey(result.variant())) {
        table
            .append("\n`")
            .append(result.variant())
            .append("`, seed ")
            .append(result.seed())
            .append(": ")
            .append(result.status())
            .append("\n");
      }
    }
    return table.toString();
  }

  private static String figure(List<Result> results, Function<Result, Double> figure) {
    return Sample.of(results.stream().map(figure).toList()).text(PERCENT, 2);
  }

  private static String paper(Study.Variant variant) {
    if (variant.paper() == null) {
      return "–";
    }
    String figure = variant.paper().toString();
    return variant.paperOn() == null ? figure : figure + " (" + variant.paperOn() + ")";
  }

  /** The figures of the yardsticks, and the variants whose norms and labels they used. */
  private static Map<String, List<String>> yardsticks(Map<String, List<Result>> byVariant) {
    Map<String, List<String>> variants = new LinkedHashMap<>();
    byVariant.forEach(
        (variant, results) -> {
          Map<String, List<Double>> figures = new TreeMap<>();
          for (Result result : results) {
            result
                .yardsticks()
                .forEach(
                    (name, auc) -> figures.computeIfAbsent(name, n -> new ArrayList<>()).add(auc));
          }
          if (!figures.isEmpty()) {
            StringJoiner text = new StringJoiner(", ");
            figures.forEach(
                (name, values) ->
                    text.add(
                        String.format(
                            Locale.ROOT, "%s %s", name, Sample.of(values).text(PERCENT, 2))));
            variants.computeIfAbsent(text.toString(), any -> new ArrayList<>()).add(variant);
          }
        });
    return variants;
  }

  private static String line(String yardsticks, List<String> variants) {
    return "Without training, frame AUC in %: "
        + yardsticks
        + " ("
        + String.join("; ", variants)
        + ").\n";
  }
}
