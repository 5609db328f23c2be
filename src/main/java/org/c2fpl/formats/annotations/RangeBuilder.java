package org.c2fpl.formats.annotations;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Collects the ranges of one video and reports their problems in the numbers of the file. Ranges
 * may be written in any order and may touch; they may not overlap.
 */
final class RangeBuilder {
  private record Written(FrameRange range, String text) {}

  private final Consumer<String> problem;
  private final List<Written> ranges = new ArrayList<>();

  RangeBuilder(Consumer<String> problem) {
    this.problem = problem;
  }

  /**
   * @param start 0-based
   * @param end exclusive
   * @param text the range as written, for messages
   */
  void add(long start, long end, String text) {
    if (end < start) {
      problem.accept("range " + text + " is reversed");
    } else if (end == start) {
      problem.accept("range " + text + " is empty");
    } else {
      ranges.add(new Written(new FrameRange(start, end), text));
    }
  }

  /**
   * @param frames the length of the video; null when unknown
   * @return the ranges in ascending order
   */
  List<FrameRange> finish(@Nullable Long frames) {
    ranges.sort(Comparator.comparingLong(each -> each.range().start()));
    Written previous = null;
    for (Written each : ranges) {
      if (previous != null && each.range().start() < previous.range().end()) {
        problem.accept("ranges " + previous.text() + " and " + each.text() + " overlap");
      }
      if (frames != null && each.range().end() > frames) {
        problem.accept(
            "range " + each.text() + " runs past the end of the video (" + frames + " frames)");
      }
      previous = each;
    }
    return ranges.stream().map(Written::range).toList();
  }
}
