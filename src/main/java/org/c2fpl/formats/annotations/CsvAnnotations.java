package org.c2fpl.formats.annotations;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.StringTokenizer;
import java.util.function.Consumer;
import org.c2fpl.errors.DataException;
import org.c2fpl.formats.CsvReader;
import org.jspecify.annotations.Nullable;

/**
 * The header {@code video_id,split,label,frames,anomalies} with an optional {@code class}, in any
 * order; then one line per video. Anomalies are {@code start-end;start-end}, 0-based with exclusive
 * ends. An empty split, label, frames or class is unknown. Cells may be in double quotes; other
 * columns are ignored.
 */
public final class CsvAnnotations {
  private static final List<String> REQUIRED =
      List.of("video_id", "split", "label", "frames", "anomalies");

  private CsvAnnotations() {}

  /**
   * @param source the file's name, for messages
   * @throws DataException naming up to ten bad lines
   * @throws IOException if the stream cannot be read
   */
  public static List<AnnotationEntry> read(String source, InputStream in) throws IOException {
    Problems problems = new Problems(source);
    List<AnnotationEntry> entries = new ArrayList<>();
    CsvReader reader = TextLines.csv(source, in, problems);
    try {
      if (reader.header(REQUIRED, List.of()).isEmpty()) {
        problems.add("it is empty");
      }
      // Without the header no line can be read: report this once.
      problems.throwIfAny(
          "Write the header video_id,split,label,frames,anomalies as the first line.");
      for (CsvReader.Fields row = reader.next(); row != null; row = reader.next()) {
        AnnotationEntry entry = entry(row, problems);
        if (entry != null) {
          entries.add(entry);
        }
      }
    } catch (CharacterCodingException e) {
      throw TextLines.noText(source, reader.line() - 1, e);
    }
    problems.throwIfAny(
        "Write the header video_id,split,label,frames,anomalies and one line per video, with"
            + " anomalies as start-end;start-end, 0-based, end exclusive.");
    return entries;
  }

  private static @Nullable AnnotationEntry entry(CsvReader.Fields row, Problems problems) {
    Consumer<String> problem = what -> problems.add(row.line(), row.text(), what);
    String id = row.get("video_id");
    if (id == null) {
      problem.accept("video_id is empty");
      return null;
    }
    Long frames = frames(row.get("frames"), problem);
    Integer label = label(row.get("label"), problem);
    RangeBuilder ranges = new RangeBuilder(problem);
    String anomalies = row.get("anomalies");
    StringTokenizer written = new StringTokenizer(anomalies == null ? "" : anomalies, ";");
    while (written.hasMoreTokens()) {
      range(written.nextToken().strip(), ranges, problem);
    }
    List<FrameRange> found = ranges.finish(frames);
    if (label != null && label == 0 && !found.isEmpty()) {
      problem.accept("label 0 (normal) with anomalous frames");
    }
    return new AnnotationEntry(
        row.line(),
        row.text(),
        new VideoAnnotation(id, row.get("split"), label, frames, row.get("class"), found));
  }

  private static @Nullable Long frames(@Nullable String cell, Consumer<String> problem) {
    if (cell == null) {
      return null;
    }
    OptionalLong frames = TextLines.wholeNumber(cell);
    if (frames.isEmpty() || frames.getAsLong() == 0) {
      problem.accept("frames '" + cell + "' is not a positive whole number");
      return null;
    }
    return frames.getAsLong();
  }

  private static @Nullable Integer label(@Nullable String cell, Consumer<String> problem) {
    if (cell == null) {
      return null;
    }
    switch (cell) {
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
