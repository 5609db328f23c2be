package org.c2fpl.formats;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads CSV by RFC 4180: UTF-8 with or without a byte order mark, lines that end with CR LF, LF or
 * CR. Blank lines and blanks around a field are ignored. Holds one record of at most {@link
 * Utf8Text#LONGEST_LINE} characters.
 *
 * <p>Spark's CSV library does not fit: it accepts quotes outside RFC 4180, does not count lines
 * within quotes, and merges records if line ends differ.
 */
public final class CsvReader {
  /** Receives the problem of a record, which is left out unless this throws. */
  @FunctionalInterface
  public interface Problems {
    /**
     * @param line where the record begins, from 1
     * @param text the record as written
     */
    void add(int line, String text, String found, String remedy);
  }

  /**
   * A record of a file.
   *
   * @param line where it begins, from 1
   * @param text as written
   */
  public record Fields(int line, String text, List<String> values, Map<String, Integer> columns) {
    /** The field of a column; null if it is empty or there is no such column. */
    public @Nullable String get(String column) {
      Integer at = columns.get(column);
      return at == null || values.get(at).isEmpty() ? null : values.get(at);
    }
  }

  private final BufferedReader in;
  private final Problems problems;
  private final Map<String, Integer> columns = new HashMap<>();
  private int line = 1;
  private boolean ended;

  /**
   * @param in throws a {@link java.nio.charset.CharacterCodingException} for text that is not UTF-8
   * @param what the text after "Cannot read" in a message about a line or text that is too long
   */
  public CsvReader(InputStream in, String what, Problems problems) {
    this.in = Utf8Text.reader(in, what, Utf8Text.LONGEST_LIST);
    this.problems = problems;
  }

  /** The line where the next record begins, from 1. */
  public int line() {
    return line;
  }

  /**
   * Reads the header and checks it.
   *
   * @param allowed all allowed columns; empty if others are ignored
   * @return the columns in the order of the file; none without a header
   */
  public List<String> header(List<String> required, List<String> allowed) throws IOException {
    Fields header = next();
    if (header == null) {
      return List.of();
    }
    String remedy = "Columns are " + String.join(", ", allowed.isEmpty() ? required : allowed);
    for (String column : header.values()) {
      if (!allowed.isEmpty() && !allowed.contains(column)) {
        add(header, "unknown column '" + NpyHeader.printable(column) + "'", remedy);
      }
      if (columns.putIfAbsent(column, columns.size()) != null) {
        add(header, "column '" + NpyHeader.printable(column) + "' occurs twice", remedy);
      }
    }
    List<String> missing = required.stream().filter(name -> !columns.containsKey(name)).toList();
    if (!missing.isEmpty()) {
      add(header, "the header lacks " + String.join(", ", missing), remedy);
    }
    return header.values();
  }

  /** The next valid record; null after the last. */
  public @Nullable Fields next() throws IOException {
    while (!ended) {
      int start = line;
      String text = text();
      Fields record = text.isBlank() ? null : record(start, text);
      if (record != null) {
        return record;
      }
    }
    return null;
  }

  /** Reads up to the end of a line outside quotes. */
  private String text() throws IOException {
    StringBuilder text = new StringBuilder();
    boolean quoted = false;
    if (line == 1 && follows('\uFEFF')) {
      in.read();
    }
    while (true) {
      int c = in.read();
      // A record without end is checked by its start, and nothing after it can be read.
      ended = c < 0 || text.length() > Utf8Text.LONGEST_LINE;
      boolean endOfLine = c == '\n' || (c == '\r' && !follows('\n'));
      line += endOfLine ? 1 : 0;
      if (ended || (endOfLine && !quoted)) {
        return text.toString();
      }
      quoted ^= c == '"';
      text.append((char) c);
    }
  }

  private boolean follows(char c) throws IOException {
    in.mark(1);
    boolean found = in.read() == c;
    in.reset();
    return found;
  }

  private @Nullable Fields record(int start, String text) {
    Fields record = new Fields(start, text.stripTrailing(), new ArrayList<>(), columns);
    int at = 0;
    do {
      at = pastBlanks(text, at);
      if (at < text.length() && text.charAt(at) == '"') {
        int close = text.indexOf('"', at + 1);
        while (close >= 0 && text.startsWith("\"\"", close)) {
          close = text.indexOf('"', close + 2);
        }
        if (close < 0) {
          return add(record, "a quote without end", "Close it");
        }
        record.values().add(text.substring(at + 1, close).replace("\"\"", "\""));
        at = pastBlanks(text, close + 1);
        if (at < text.length() && text.charAt(at) != ',') {
          return add(record, "text after a closing quote", "Double the quotes inside a field");
        }
      } else {
        int comma = text.indexOf(',', at);
        String field = text.substring(at, comma < 0 ? text.length() : comma);
        if (field.indexOf('"') >= 0) {
          String remedy = "Quote the whole field and double quotes in it";
          return add(record, "a quote inside a field", remedy);
        }
        record.values().add(field.strip());
        at += field.length();
      }
    } while (at++ < text.length());
    int count = record.values().size();
    if (!columns.isEmpty() && count != columns.size()) {
      return add(
          record,
          count + " fields, but the header has " + columns.size(),
          "Give every row all fields, and quote fields that have commas");
    }
    return record;
  }

  private static int pastBlanks(String text, int from) {
    int at = from;
    while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
      at++;
    }
    return at;
  }

  private @Nullable Fields add(Fields record, String found, String remedy) {
    problems.add(record.line(), record.text(), found, remedy);
    return null;
  }
}
