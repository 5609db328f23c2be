package org.c2fpl.formats.annotations;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.c2fpl.errors.DataException;
import org.jspecify.annotations.Nullable;

/**
 * XD-Violence's annotations: a name, then start end pairs, separated by blanks; frames are 0-based,
 * the end does not belong to the range. Only anomalous videos are listed. Lengths are not given;
 * the class is the code in the name, such as {@code B4-0-0} in {@code …_label_B4-0-0}.
 */
public final class XdViolenceAnnotations {
  private static final Pattern CLASS = Pattern.compile("_label_([A-Z0-9-]+)");

  private XdViolenceAnnotations() {}

  /**
   * @param source the file's name, for messages
   * @throws DataException naming up to ten bad lines
   * @throws IOException if the stream cannot be read
   */
  public static List<AnnotationEntry> read(String source, InputStream in) throws IOException {
    Problems problems = new Problems(source);
    List<AnnotationEntry> entries = new ArrayList<>();
    TextLines.forEach(
        source,
        in,
        (line, text) ->
            entries.add(
                new AnnotationEntry(
                    line, text, line(text, what -> problems.add(line, text, what)))));
    if (entries.isEmpty()) {
      problems.add("it names no video");
    }
    problems.throwIfAny("Each line is a name, then start end pairs of 0-based frames.");
    return entries;
  }

  private static VideoAnnotation line(String text, Consumer<String> problem) {
    List<String> fields = Arrays.asList(text.strip().split("\\s+", -1));
    String name = fields.get(0);
    RangeBuilder ranges = new RangeBuilder(problem);
    if (fields.size() == 1) {
      problem.accept("no frames follow the name");
    } else if (fields.size() % 2 == 0) {
      problem.accept("a start without an end");
    } else {
      for (int i = 1; i < fields.size(); i += 2) {
        range(fields.get(i), fields.get(i + 1), ranges, problem);
      }
    }
    return new VideoAnnotation(name, null, 1, null, clazz(name), ranges.finish(null));
  }

  private static void range(
      String start, String end, RangeBuilder ranges, Consumer<String> problem) {
    String text = start + " to " + end;
    OptionalLong from = TextLines.wholeNumber(start);
    OptionalLong to = TextLines.wholeNumber(end);
    if (from.isEmpty() || to.isEmpty()) {
      problem.accept("range " + text + " is not two whole frame numbers");
    } else {
      ranges.add(from.getAsLong(), to.getAsLong(), text);
    }
  }

  private static @Nullable String clazz(String name) {
    Matcher matcher = CLASS.matcher(name);
    return matcher.find() ? matcher.group(1) : null;
  }
}
