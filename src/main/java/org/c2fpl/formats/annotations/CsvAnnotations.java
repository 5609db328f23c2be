package org.c2fpl.formats.annotations;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.StringTokenizer;
import java.util.function.Consumer;
import org.c2fpl.errors.DataException;

/**
 * The header {@code video_id,split,label,frames,anomalies} with an optional {@code class}, in any
 * order; then one line a video. Anomalies are {@code start-end;start-end}, 0-based with exclusive
 * ends. An empty split, label, frames or class is unknown. Cells may stand in double quotes; other
 * columns are left alone.
 */
public final class CsvAnnotations {
  private static final List<String> REQUIRED =
      List.of("video_id", "split", "label", "frames", "anomalies");
  private static final String CLASS = "class";

  private final Problems problems;
  private final List<AnnotationEntry> entries = new ArrayList<>();
  private Map<String, Integer> columns;
  private int width;

  private CsvAnnotations(String source) {
    problems = new Problems(source);
  }

  /**
   * @param source the file's name, for messages
   * @throws DataException naming up to ten bad lines
   * @throws IOException if the stream cannot be read
   */
  public static List<AnnotationEntry> read(String source, InputStream in) throws IOException {
    CsvAnnotations reader = new CsvAnnotations(source);
    TextLines.forEach(source, in, reader::line);
    if (reader.columns == null) {
      reader.problems.add("it is empty");
    }
    reader.problems.throwIfAny(
        "Write the header video_id,split,label,frames,anomalies and one line a video, with"
            + " anomalies as start-end;start-end, 0-based, end exclusive.");
    return reader.entries;
  }

  private void line(int line, String text) {
    Optional<List<String>> cells = CsvLine.parse(text);
    if (cells.isEmpty()) {
      problems.add(line, text, "a quote is not closed or stands inside a cell");
    }
    if (columns == null) {
      header(line, text, cells.orElse(List.of()));
    } else if (cells.isPresent()) {
      row(line, text, cells.get());
    }
  }

  private void header(int line, String text, List<String> cells) {
    columns = new HashMap<>();
    width = cells.size();
    for (int i = 0; i < width; i++) {
      if (columns.putIfAbsent(cells.get(i), i) != null) {
        problems.add(line, text, "column '" + cells.get(i) + "' stands twice");
      }
    }
    List<String> missing = REQUIRED.stream().filter(name -> !columns.containsKey(name)).toList();
    if (!missing.isEmpty()) {
      problems.add(line, text, "the header lacks " + String.join(", ", missing));
      // Without the header no line can be read: say that once.
      problems.throwIfAny(
          "Write the header video_id,split,label,frames,anomalies as the first line.");
    }
  }

  private void row(int line, String text, List<String> cells) {
    Consumer<String> problem = what -> problems.add(line, text, what);
    if (cells.size() != width) {
      problem.accept(cells.size() + " cells where the header has " + width);
      return;
    }
    String id = cell(cells, "video_id");
    if (id.isEmpty()) {
      problem.accept("video_id is empty");
      return;
    }
    Long frames = frames(cell(cells, "frames"), problem);
    Integer label = label(cell(cells, "label"), problem);
    RangeBuilder ranges = new RangeBuilder(problem);
    StringTokenizer written = new StringTokenizer(cell(cells, "anomalies"), ";");
    while (written.hasMoreTokens()) {
      range(written.nextToken().strip(), ranges, problem);
    }
    List<FrameRange> anomalies = ranges.finish(frames);
    if (label != null && label == 0 && !anomalies.isEmpty()) {
      problem.accept("label 0 (normal) with anomalous frames");
    }
    entries.add(
        new AnnotationEntry(
            line,
            text,
            new VideoAnnotation(
                id,
                emptyAsNull(cell(cells, "split")),
                label,
                frames,
                columns.containsKey(CLASS) ? emptyAsNull(cell(cells, CLASS)) : null,
                anomalies)));
  }

  private String cell(List<String> cells, String column) {
    return cells.get(columns.get(column));
  }

  private static String emptyAsNull(String cell) {
    return cell.isEmpty() ? null : cell;
  }

  private static Long frames(String cell, Consumer<String> problem) {
    if (cell.isEmpty()) {
      return null;
    }
    OptionalLong frames = TextLines.wholeNumber(cell);
    if (frames.isEmpty() || frames.getAsLong() == 0) {
      problem.accept("frames '" + cell + "' is no positive whole number");
      return null;
    }
    return frames.getAsLong();
  }

  private static Integer label(String cell, Consumer<String> problem) {
    switch (cell) {
      case "":
        return null;
      case "0":
        return 0;
      case "1":
        return 1;
      default:
        problem.accept("label '" + cell + "' is neither 0, 1 nor empty");
        return null;
    }
  }

  private static void range(String text, RangeBuilder ranges, Consumer<String> problem) {
    int dash = text.indexOf('-');
    OptionalLong start =
        dash < 0 ? OptionalLong.empty() : TextLines.wholeNumber(text.substring(0, dash).strip());
    OptionalLong end =
        dash < 0 ? OptionalLong.empty() : TextLines.wholeNumber(text.substring(dash + 1).strip());
    if (start.isEmpty() || end.isEmpty()) {
      problem.accept("range '" + text + "' is not start-end in whole frame numbers");
    } else {
      ranges.add(start.getAsLong(), end.getAsLong(), text);
    }
  }
}
