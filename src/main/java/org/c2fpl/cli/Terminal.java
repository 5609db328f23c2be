package org.c2fpl.cli;

import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Which of the standard streams are terminals, and what they can show.
 *
 * @param out whether standard output is a terminal
 * @param err whether standard error is one
 * @param width its columns
 * @param moves whether the cursor can return to the start of a line
 * @param colours whether it has colours and its user wants them
 */
record Terminal(boolean out, boolean err, int width, boolean moves, boolean colours) {
  /**
   * Set by the launcher: which of {@code out} and {@code err} are terminals, and their columns. The
   * shell can test each stream. Java 17 only tests input and output together, so a run without
   * input would look like one without a terminal.
   */
  static final String VARIABLE = "C2FPL_TERMINAL";

  static final Terminal NONE = new Terminal(false, false, 80, false, false);

  private static final int NARROWEST = 20;

  /** The terminal of this process. */
  static Terminal ofProcess() {
    return of(System.getenv(), System.console() != null);
  }

  /**
   * @param console Java's console, for a process that the launcher did not start
   */
  static Terminal of(Map<String, String> environment, boolean console) {
    String found = environment.getOrDefault(VARIABLE, console ? "out err" : "");
    List<String> words = Arrays.asList(found.trim().split(" +", -1));
    boolean moves = !List.of("", "dumb").contains(environment.getOrDefault("TERM", ""));
    return new Terminal(
        words.contains("out"),
        words.contains("err"),
        width(words),
        moves,
        moves && environment.getOrDefault("NO_COLOR", "").isEmpty());
  }

  private static int width(List<String> words) {
    return words.stream()
        .filter(word -> word.matches("[0-9]{1,5}"))
        .mapToInt(Integer::parseInt)
        .filter(width -> width >= NARROWEST)
        .findFirst()
        .orElse(NONE.width());
  }

  /** Whether a line on standard error can be drawn again and again. */
  boolean hasStatusLine() {
    return err && moves;
  }

  /** Words in a colour, if the terminal has colours. */
  String paint(Colour colour, String text, boolean onOut) {
    return colours && (onOut ? out : err)
        ? "\u001b[" + colour.code + "m" + text + "\u001b[0m"
        : text;
  }

  /** The meanings of colours. */
  public enum Colour {
    ERROR("1;31"),
    WARNING("33"),
    OK("32");

    private final String code;

    Colour(String code) {
      this.code = code;
    }
  }
}
