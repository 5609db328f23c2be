package org.c2fpl.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.c2fpl.errors.UsageException;

/**
 * The command line of {@code submit/bench}, in which every path is absolute.
 *
 * @param sections to run, in order
 * @param segmentCounts null for {@link SegmentCounts#ucfCrime()}
 * @param footage training folder, test folder and annotations; empty for none
 * @param python the interpreter of the yardsticks
 * @param command as the user wrote it
 */
public record BenchOptions(
    List<String> sections,
    boolean quick,
    int repeats,
    Path work,
    Path segmentCounts,
    List<Path> footage,
    Path python,
    String command) {
  private static final int REPEATS = 3;

  /**
   * @throws UsageException if an option is unknown or its value is missing or wrong
   */
  static BenchOptions parse(String[] arguments) {
    List<String> sections = new ArrayList<>();
    boolean quick = false;
    int repeats = 0;
    Path work = null;
    Path counts = null;
    List<Path> footage = new ArrayList<>();
    Path python = null;
    String command = "submit/bench";
    for (int i = 0; i < arguments.length; i++) {
      switch (arguments[i]) {
        case "--quick" -> quick = true;
        case "--repeats" -> repeats = positive(value(arguments, ++i));
        case "--work" -> work = Path.of(value(arguments, ++i));
        case "--segment-counts" -> counts = Path.of(value(arguments, ++i));
        case "--python" -> python = Path.of(value(arguments, ++i));
        case "--command" -> command = value(arguments, ++i);
        case "--footage" -> {
          for (int f = 0; f < 3; f++) {
            footage.add(Path.of(value(arguments, ++i)));
          }
        }
        default -> sections.add(section(arguments[i]));
      }
    }
    return new BenchOptions(
        sections.isEmpty()
            ? Benchmarks.SECTIONS
            : Benchmarks.SECTIONS.stream().filter(sections::contains).toList(),
        quick,
        repeats > 0 ? repeats : quick ? 1 : REPEATS,
        work,
        counts,
        footage,
        python,
        command);
  }

  private static String section(String name) {
    if (!Benchmarks.SECTIONS.contains(name)) {
      throw new UsageException(
          "Cannot run "
              + name
              + ": it is neither a section nor an option. The sections are "
              + String.join(", ", Benchmarks.SECTIONS)
              + ".");
    }
    return name;
  }

  private static String value(String[] arguments, int i) {
    if (i >= arguments.length) {
      throw new UsageException(
          "Cannot use " + arguments[arguments.length - 1] + ": a value is missing. See --help.");
    }
    return arguments[i];
  }

  private static int positive(String value) {
    if (!value.matches("[1-9][0-9]{0,3}")) {
      throw new UsageException(
          "Cannot use --repeats "
              + value
              + ": it must be a number of at least 1. Give such a number.");
    }
    return Integer.parseInt(value);
  }
}
