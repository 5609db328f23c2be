package org.c2fpl.experiment;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.c2fpl.errors.DataException;
import org.c2fpl.formats.CsvReader;
import org.c2fpl.formats.CsvWriter;
import org.c2fpl.workspace.Json;

/** {@code results.csv}: one line per result; missing figures are empty cells. */
public final class ResultsCsv {
  static final List<String> COLUMNS =
      List.of(
          "study",
          "variant",
          "seed",
          "options",
          "score",
          "coarse_accuracy",
          "fine_precision",
          "fine_recall",
          "frame_auc",
          "frame_ap",
          "yardsticks",
          "wall_seconds",
          "status");

  private ResultsCsv() {}

  /** The results as CSV, with a header. */
  public static String write(List<Result> results) {
    StringWriter csv = new StringWriter();
    try {
      CsvWriter writer = new CsvWriter(csv, "\n", COLUMNS);
      for (Result result : results) {
        writer.write(values(result).toArray());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return csv.toString();
  }

  /**
   * Reads the output of {@link #write}.
   *
   * @param origin its name in messages
   */
  public static List<Result> read(String csv, String origin) {
    CsvReader reader =
        new CsvReader(
            new ByteArrayInputStream(csv.getBytes(StandardCharsets.UTF_8)),
            "results " + origin,
            (line, text, found, remedy) -> {
              throw refused(origin, "line " + line + " '" + text + "': " + found);
            });
    List<Result> results = new ArrayList<>();
    try {
      if (!reader.header(List.of(), List.of()).equals(COLUMNS)) {
        throw refused(origin, "its first line is not " + String.join(",", COLUMNS));
      }
      for (CsvReader.Fields row = reader.next(); row != null; row = reader.next()) {
        results.add(result(row, origin));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return results;
  }

  private static Result result(CsvReader.Fields row, String origin) {
    List<String> cells = row.values();
    try {
      return new Result(
          cells.get(0),
          cells.get(1),
          Long.parseLong(cells.get(2)),
          cells.get(3),
          cells.get(4),
          figure(cells.get(5)),
          figure(cells.get(6)),
          figure(cells.get(7)),
          figure(cells.get(8)),
          figure(cells.get(9)),
          yardsticks(cells.get(10)),
          figure(cells.get(11)),
          cells.get(12));
    } catch (NumberFormatException | JsonProcessingException e) {
      throw refused(origin, "line " + row.line() + " '" + row.text() + "': " + e.getMessage());
    }
  }

  /** The values in the order of {@link #COLUMNS}; maps as JSON. */
  static List<Object> values(Result result) {
    ObjectNode yardsticks = Json.object();
    result.yardsticks().forEach(yardsticks::put);
    return Arrays.asList(
        result.study(),
        result.variant(),
        result.seed(),
        result.options(),
        result.score(),
        result.coarseAccuracy(),
        result.finePrecision(),
        result.fineRecall(),
        result.frameAuc(),
        result.frameAp(),
        yardsticks.toString(),
        result.wallSeconds() == null
            ? null
            : Double.valueOf(String.format(Locale.ROOT, "%.1f", result.wallSeconds())),
        result.status());
  }

  private static Double figure(String cell) {
    return cell.isEmpty() ? null : Double.valueOf(cell);
  }

  private static SortedMap<String, Double> yardsticks(String json) throws JsonProcessingException {
    SortedMap<String, Double> yardsticks = new TreeMap<>();
    JsonNode node = Json.MAPPER.readTree(json);
    for (Iterator<Map.Entry<String, JsonNode>> each = node.fields(); each.hasNext(); ) {
      Map.Entry<String, JsonNode> yardstick = each.next();
      yardsticks.put(
          yardstick.getKey(),
          yardstick.getValue().isNumber() ? yardstick.getValue().doubleValue() : null);
    }
    return yardsticks;
  }

  private static DataException refused(String origin, String found) {
    return new DataException(
        "Cannot read results "
            + origin
            + ": "
            + found
            + ". Delete the file and run its study again; finished work is kept.");
  }
}
