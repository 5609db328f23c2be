package org.c2fpl.formats.features;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.c2fpl.errors.DataException;
import org.c2fpl.formats.ByteSource;
import org.c2fpl.formats.NpyReader;
import org.c2fpl.formats.Utf8Text;
import org.jspecify.annotations.Nullable;

/**
 * The rows of each video in a concatenated array.
 *
 * @param entries one per video, in the order of the ranges file
 * @param uncovered rows of the array that belong to no video
 */
public record ConcatIndex(List<Entry> entries, long uncovered) {

  /**
   * The most ranges. Published data sets have thousands of videos; more ranges are not a list of
   * videos.
   */
  static final int MOST_VIDEOS = 10_000_000;

  /**
   * Rows {@code [from, to)} of the array.
   *
   * @param problem why the range cannot be used; null if it can
   */
  public record Entry(String videoId, long from, long to, @Nullable String problem) {
    private Entry with(String found) {
      return new Entry(videoId, from, to, problem == null ? found : problem);
    }
  }

  public ConcatIndex {
    entries = List.copyOf(entries);
  }

  /**
   * Reads the ranges and checks each against the array and the others.
   *
   * @param names the videos' ids in the order of the ranges; null to number them
   * @param rows the array's number of segments
   */
  public static ConcatIndex read(ByteSource ranges, @Nullable List<String> names, long rows)
      throws IOException {
    long[] bounds = readRanges(ranges);
    int videos = bounds.length / 2;
    if (names != null && names.size() != videos) {
      throw ArrayLayout.unusable(
          ranges.name(),
          "it has " + videos + " ranges, and the list of names has " + names.size() + " names",
          "Give one name per range, in the same order");
    }
    List<Entry> entries = new ArrayList<>(videos);
    for (int i = 0; i < videos; i++) {
      String id = names == null ? VideoIds.numbered(i, videos) : names.get(i);
      entries.add(checked(id, i, bounds[2 * i], bounds[2 * i + 1], rows));
    }
    return new ConcatIndex(entries, nameOverlaps(entries, rows));
  }

  /** Reads a list of names, one per line, UTF-8. */
  public static List<String> readNames(InputStream in, String name) throws IOException {
    List<String> names = new ArrayList<>();
    try (BufferedReader reader = Utf8Text.reader(in, name, Utf8Text.LONGEST_LIST)) {
      reader.lines().forEach(names::add);
    } catch (UncheckedIOException e) {
      if (e.getCause() instanceof CharacterCodingException) {
        throw new DataException(
            "Cannot use " + name + ": it is not UTF-8 text. Save the names as UTF-8, one per line.",
            e);
      }
      throw e.getCause();
    }
    while (!names.isEmpty() && names.get(names.size() - 1).isBlank()) {
      names.remove(names.size() - 1);
    }
    if (!names.isEmpty() && names.get(0).startsWith("\uFEFF")) {
      names.set(0, names.get(0).substring(1));
    }
    return names;
  }

  private static long[] readRanges(ByteSource ranges) throws IOException {
    try (NpyReader reader = NpyReader.open(ranges)) {
      List<Long> shape = reader.header().shape();
      if (shape.size() != 2 || shape.get(1) != 2) {
        throw ArrayLayout.unusable(
            ranges.name(),
            "its array has the shape " + reader.header().shapeText(),
            "Ranges have the shape (videos, 2): first row and the row after the last");
      }
      if (shape.get(0) == 0) {
        throw ArrayLayout.unusable(ranges.name(), "it has no ranges", "Give one range per video");
      }
      if (shape.get(0) > MOST_VIDEOS) {
        throw ArrayLayout.unusable(
            ranges.name(),
            shape.get(0) + " ranges are more than " + MOST_VIDEOS,
            "Give one range per video, not one per segment");
      }
      if (reader.header().fortranOrder()) {
        throw ArrayLayout.unusable(
            ranges.name(), "it is in Fortran order", "Save it with numpy.ascontiguousarray");
      }
      long[] bounds = new long[Math.toIntExact(2 * shape.get(0))];
      reader.readLongs(bounds);
      return bounds;
    }
  }

  private static Entry checked(String id, int row, long from, long to, long rows) {
    String range = "range " + row + " is [" + from + ", " + to + ")";
    String problem = null;
    if (from > to) {
      problem = range + ", reversed";
    } else if (from < 0 || to > rows) {
      problem = range + ", out of the array's " + rows + " segments";
    } else if (from == to) {
      problem = range + ", no segments";
    }
    return new Entry(id, from, to, problem);
  }

  /** Marks ranges that share rows with another; returns how many rows no range covers. */
  private static long nameOverlaps(List<Entry> entries, long rows) {
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < entries.size(); i++) {
      if (entries.get(i).problem() == null) {
        order.add(i);
      }
    }
    order.sort(Comparator.comparingLong((Integer i) -> entries.get(i).from()));
    long covered = 0;
    long end = 0;
    int last = -1;
    for (int i : order) {
      Entry entry = entries.get(i);
      if (last >= 0 && entry.from() < end) {
        entries.set(i, entry.with(overlap(entries, i, last)));
        entries.set(last, entries.get(last).with(overlap(entries, last, i)));
      }
      covered += Math.max(0, entry.to() - Math.max(end, entry.from()));
      if (entry.to() > end || last < 0) {
        end = entry.to();
        last = i;
      }
    }
    return rows - covered;
  }

  private static String overlap(List<Entry> entries, int row, int other) {
    return "range "
        + row
        + " is ["
        + entries.get(row).from()
        + ", "
        + entries.get(row).to()
        + ") and overlaps range "
        + other
        + ", ["
        + entries.get(other).from()
        + ", "
        + entries.get(other).to()
        + ")";
  }
}
