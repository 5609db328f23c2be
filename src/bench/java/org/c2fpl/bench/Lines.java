package org.c2fpl.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** The figures that measuring processes printed. */
final class Lines {
  private final List<JsonNode> lines = new ArrayList<>();

  void add(JsonNode line) {
    lines.add(line);
  }

  /** One field of a contender's case, one value per repeat. */
  Figure figure(String contender, String name, String field) {
    return new Figure(contender, values(contender, name, field));
  }

  double median(String contender, String name, String field) {
    return figure(contender, name, field).median();
  }

  /** A text that a contender printed with a case. */
  String text(String contender, String name, String field) {
    return lines.stream()
        .filter(line -> is(line, contender, name))
        .map(line -> line.path(field).asText())
        .reduce((first, last) -> last)
        .orElse("");
  }

  private List<Double> values(String contender, String name, String field) {
    List<Double> values =
        lines.stream()
            .filter(line -> is(line, contender, name) && line.path(field).isNumber())
            .map(line -> line.path(field).asDouble())
            .toList();
    if (values.isEmpty()) {
      throw new IllegalStateException(
          contender + " printed no " + field + " of case '" + name + "'");
    }
    return values;
  }

  private static boolean is(JsonNode line, String contender, String name) {
    return line.path("contender").asText().equals(contender)
        && line.path("case").asText().equals(name);
  }
}
