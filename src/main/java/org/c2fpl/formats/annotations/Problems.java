package org.c2fpl.formats.annotations;

import java.util.ArrayList;
import java.util.List;
import org.c2fpl.errors.DataException;

/** Collects the problems of a file: the first {@value #SHOWN} as text, the rest as a count. */
final class Problems {
  static final int SHOWN = 10;
  private static final int TEXT_SHOWN = 100;

  private final String source;
  private final List<String> shown = new ArrayList<>();
  private long count;

  Problems(String source) {
    this.source = source;
  }

  void add(int line, String text, String what) {
    add("line " + line + " '" + printable(text) + "': " + what);
  }

  void add(String what) {
    count++;
    if (shown.size() < SHOWN) {
      shown.add(what);
    }
  }

  /**
   * @param remedy what to do, as a sentence
   * @throws DataException if anything was added
   */
  void throwIfAny(String remedy) {
    if (count == 0) {
      return;
    }
    StringBuilder message =
        new StringBuilder("Cannot read annotations from ").append(source).append(": ");
    if (count == 1) {
      message.append(shown.get(0)).append(". ").append(remedy);
    } else {
      message.append(count).append(" problems.");
      shown.forEach(each -> message.append("\n  ").append(each));
      if (count > shown.size()) {
        message.append("\n  and ").append(count - shown.size()).append(" more");
      }
      message.append('\n').append(remedy);
    }
    throw new DataException(message.toString());
  }

  /** A line for a terminal: control characters replaced, long lines cut. */
  static String printable(String text) {
    String safe = text.replaceAll("\\p{Cntrl}", "\uFFFD");
    return safe.length() <= TEXT_SHOWN ? safe : safe.substring(0, TEXT_SHOWN) + "…";
  }
}
