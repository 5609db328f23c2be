package org.c2fpl.formats.annotations;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The cells of one CSV line: comma-separated, optionally in double quotes (doubled inside). */
public final class CsvLine {
  private CsvLine() {}

  /** The cells without surrounding blanks; empty when a quote is not closed or not at an edge. */
  public static Optional<List<String>> parse(String line) {
    List<String> cells = new ArrayList<>();
    int at = 0;
    while (true) {
      StringBuilder cell = new StringBuilder();
      int first = at;
      while (first < line.length() && Character.isWhitespace(line.charAt(first))) {
        first++;
      }
      if (first < line.length() && line.charAt(first) == '"') {
        at = quoted(line, first + 1, cell);
        if (at < 0) {
          return Optional.empty();
        }
        cells.add(cell.toString());
      } else {
        int comma = line.indexOf(',', at);
        int end = comma < 0 ? line.length() : comma;
        cells.add(line.substring(at, end).strip());
        at = end;
      }
      if (at == line.length()) {
        return Optional.of(cells);
      }
      at++;
    }
  }

  /** Reads up to the closing quote; returns the place of the next comma or the end, −1 if bad. */
  private static int quoted(String line, int from, StringBuilder cell) {
    int at = from;
    while (at < line.length()) {
      char c = line.charAt(at);
      if (c != '"') {
        cell.append(c);
        at++;
      } else if (at + 1 < line.length() && line.charAt(at + 1) == '"') {
        cell.append('"');
        at += 2;
      } else {
        int next = at + 1;
        while (next < line.length() && Character.isWhitespace(line.charAt(next))) {
          next++;
        }
        return next == line.length() || line.charAt(next) == ',' ? next : -1;
      }
    }
    return -1;
  }
}
