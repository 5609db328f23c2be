package org.c2fpl.formats.annotations;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.c2fpl.errors.DataException;
import org.jspecify.annotations.Nullable;

/**
 * UCF-Crime's temporal annotations: {@code name class start1 end1 start2 end2}, separated by
 * blanks. Frames are 1-based and both ends belong to the range; −1 −1 means no range. The class
 * {@code Normal} gives label 0, any other label 1. Lengths are not given.
 */
public final class UcfCrimeAnnotations {
  private static final int FIELDS = 6;
  private static final String NORMAL = "Normal";
  private static final String NONE = "-1";

  private UcfCrimeAnnotations() {}

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
        (line, text) -> {
          VideoAnnotation annotation = line(text, what -> problems.add(line, text, what));
          if (annotation != null) {
            entries.add(new AnnotationEntry(line, text, annotation));
          }
        });
    if (entries.isEmpty()) {
      problems.add("it names no video");
    }
    problems.throwIfAny(
        "Each line is name class start1 end1 start2 end2 with 1-based frames, -1 -1 for no range.");
    return entries;
  }

  private static @Nullable VideoAnnotation line(String text, Consumer<String> problem) {
    List<String> fields = Arrays.asList(text.strip().split("\\s+", -1));
    if (fields.size() != FIELDS) {
      problem.accept(fields.size() + " fields, but " + FIELDS + " are expected");
      return null;
    }
    String clazz = fields.get(1);
    RangeBuilder ranges = new RangeBuilder(problem);
    range(fields.get(2), fields.get(3), ranges, problem);
    range(fields.get(4), fields.get(5), ranges, problem);
    List<FrameRange> anomalies = ranges.finish(null);
    boolean normal = clazz.equals(NORMAL);
    if (normal && !anomalies.isEmpty()) {
      problem.accept("class Normal with anomalous frames");
    }
    return new VideoAnnotation(fields.get(0), null, normal ? 0 : 1, null, clazz, anomalies);
  }

  private static void range(
      String first, String last, RangeBuilder ranges, Consumer<String> problem) {
    if (first.equals(NONE) && last.equals(NONE)) {
      return;
    }
    String text = first + " to " + last;
    OptionalLong from = TextLines.wholeNumber(first);
    OptionalLong to = TextLines.wholeNumber(last);
    if (from.isEmpty() || to.isEmpty()) {
      problem.accept("range " + text + " is neither two whole frame numbers nor -1 -1");
    } else if (from.getAsLong() == 0) {
      problem.accept("range " + text + " starts at frame 0, but frames count from 1");
    } else if (to.getAsLong() < from.getAsLong()) {
      problem.accept("range " + text + " is reversed");
    } else {
      ranges.add(from.getAsLong() - 1, to.getAsLong(), text);
    }
  }
}
