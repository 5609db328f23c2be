package org.c2fpl.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.c2fpl.workspace.Json;

/** {@code docs/benchmarks.md} from the result files of the sections, which have every figure. */
public final class BenchmarkReport {
  private static final String INTRODUCTION =
      """
      # Benchmarks

      Written by `submit/bench` from `docs/benchmarks/*.json`; do not edit. Every measurement runs \
      in a separate process, on two cores, and contenders take turns. A figure is the median of the \
      repeats, with the least and the greatest in brackets. A ratio is ours divided by the \
      yardstick. [performance.md](performance.md) explains the figures.
      """;

  private BenchmarkReport() {}

  /** Keeps a section's result and rewrites the document from all results. */
  public static void update(SectionResult result, Path results, Path document) throws IOException {
    Files.createDirectories(results);
    Files.writeString(
        results.resolve(result.section() + ".json"),
        Json.MAPPER.writeValueAsString(result) + "\n",
        StandardCharsets.UTF_8);
    write(results, document);
  }

  /** Writes the document from the result files of a folder, in the order of the sections. */
  public static void write(Path results, Path document) throws IOException {
    StringBuilder text = new StringBuilder(INTRODUCTION);
    for (String section : Benchmarks.SECTIONS) {
      Path file = results.resolve(section + ".json");
      if (Files.exists(file)) {
        text.append("\n").append(render(read(file)));
      } else {
        text.append("\n## ").append(section).append("\n\nNot run.\n");
      }
    }
    Files.writeString(document, text, StandardCharsets.UTF_8);
  }

  static SectionResult read(Path file) throws IOException {
    return Json.MAPPER.readValue(
        Files.readString(file, StandardCharsets.UTF_8), SectionResult.class);
  }

  /** A section as Markdown. */
  public static String render(SectionResult result) {
    StringBuilder text = new StringBuilder();
    text.append("## ").append(result.section()).append(": ").append(result.title()).append("\n\n");
    if (result.quick()) {
      text.append(
          "**A quick run on cut-down sizes: it shows that the section works, no more.**\n\n");
    }
    text.append(result.about()).append("\n\n");
    text.append("| case | ours | yardstick | ratio | goal | met |\n|---|---|---|---|---|---|\n");
    for (Comparison comparison : result.comparisons()) {
      text.append(row(comparison));
    }
    for (String note : result.notes()) {
      text.append("\n* ").append(note);
    }
    if (!result.notes().isEmpty()) {
      text.append("\n");
    }
    text.append("\n")
        .append(result.date())
        .append(", `")
        .append(result.command())
        .append("`. ")
        .append(list(result.machine()))
        .append(". ")
        .append(list(result.versions()))
        .append(".\n");
    return text.toString();
  }

  private static String row(Comparison comparison) {
    Figure ours = comparison.ours();
    Figure yardstick = comparison.yardstick();
    Boolean met = comparison.met();
    return List.of(
            comparison.name(),
            cell(ours, comparison.unit()),
            yardstick == null ? "–" : cell(yardstick, comparison.unit()),
            yardstick == null ? "–" : number(ours.median() / yardstick.median()),
            comparison.goal() == null ? "–" : comparison.goal().text(comparison.unit()),
            met == null ? "–" : met ? "met" : "**missed**")
        .stream()
        .collect(Collectors.joining(" | ", "| ", " |\n"));
  }

  private static String cell(Figure figure, String unit) {
    String range =
        figure.values().size() == 1
            ? ""
            : " (" + number(figure.min()) + " – " + number(figure.max()) + ")";
    return figure.contender() + ": " + number(figure.median()) + " " + unit + range;
  }

  /** Three significant digits, or all of a large whole part. */
  static String number(double value) {
    if (value == 0 || !Double.isFinite(value)) {
      return value == 0 ? "0" : Double.toString(value);
    }
    int digits = (int) Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
    return String.format(Locale.ROOT, "%,." + digits + "f", value);
  }

  private static String list(Map<String, String> values) {
    return values.entrySet().stream()
        .map(entry -> entry.getKey() + " " + entry.getValue())
        .collect(Collectors.joining(", "));
  }
}
