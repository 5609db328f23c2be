package org.c2fpl.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.commons.math3.distribution.NormalDistribution;
import org.c2fpl.errors.DataException;

/** The number of segments of each video of generated footage. */
public final class SegmentCounts {
  /** Training videos, segments, and the longest video's segments of UCF-Crime. */
  public static final int UCF_CRIME_VIDEOS = 1_609;

  public static final int UCF_CRIME_SEGMENTS = 779_951;
  public static final int UCF_CRIME_LONGEST = 61_032;

  /** Deviation of the log of the lengths; UCF-Crime's are about as skewed. */
  private static final double LOG_DEVIATION = 1.5;

  private static final long SEED = 1;

  private SegmentCounts() {}

  /** Skewed lengths that share UCF-Crime's number of videos, total and maximum; always the same. */
  public static int[] ucfCrime() {
    int[] counts = new int[UCF_CRIME_VIDEOS];
    int others = UCF_CRIME_VIDEOS - 1;
    int total = UCF_CRIME_SEGMENTS - UCF_CRIME_LONGEST;
    double low = 0;
    double high = Math.log(total);
    for (int step = 0; step < 60; step++) {
      double middle = (low + high) / 2;
      if (sum(quantiles(others, middle)) > total) {
        high = middle;
      } else {
        low = middle;
      }
    }
    int[] lengths = quantiles(others, low);
    long missing = total - sum(lengths);
    for (int i = others - 1; missing > 0; i = (i + others - 1) % others) {
      lengths[i]++;
      missing--;
    }
    System.arraycopy(lengths, 0, counts, 0, others);
    counts[others] = UCF_CRIME_LONGEST;
    shuffle(counts);
    return counts;
  }

  /**
   * Reads one count per line: the whole line, or the last column of a CSV; the first line may be a
   * header.
   *
   * @throws DataException if the file is missing, empty, or a line is not a positive number
   */
  public static int[] read(Path file) {
    List<String> lines;
    try {
      lines = Files.readAllLines(file, StandardCharsets.UTF_8);
    } catch (NoSuchFileException e) {
      throw new DataException(
          "Cannot read segment counts " + file + ": there is no such file. Correct the path.", e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    List<Integer> counts = new ArrayList<>();
    for (int number = 1; number <= lines.size(); number++) {
      String line = lines.get(number - 1).strip();
      if (line.isEmpty()) {
        continue;
      }
      String value = line.substring(line.lastIndexOf(',') + 1).strip();
      boolean integer = value.matches("[+-]?[0-9]{1,9}");
      if (number == 1 && !integer) {
        continue;
      }
      if (!integer || Integer.parseInt(value) < 1) {
        throw new DataException(
            "Cannot read segment counts "
                + file
                + ": line "
                + number
                + " has '"
                + value
                + "', not a number of segments of at least 1. Write one integer per line, or"
                + " a CSV whose last column is one.");
      }
      counts.add(Integer.parseInt(value));
    }
    if (counts.isEmpty()) {
      throw new DataException(
          "Cannot read segment counts "
              + file
              + ": it has no counts. Write one integer per line, or a CSV whose last column is"
              + " one.");
    }
    return counts.stream().mapToInt(Integer::intValue).toArray();
  }

  /** One video in {@code denominator}, spread evenly over the lengths, in a mixed order. */
  public static int[] fraction(int[] counts, int denominator) {
    int[] sorted = counts.clone();
    Arrays.sort(sorted);
    // From the middle of each run of neighbours, so that the share of segments is about the same.
    int kept = Math.max(1, counts.length / denominator);
    int[] some = new int[kept];
    for (int i = 0; i < kept; i++) {
      some[i] = sorted[i * denominator + denominator / 2];
    }
    if (denominator == 1) {
      return counts.clone();
    }
    shuffle(some);
    return some;
  }

  /** The total. */
  public static long sum(int[] counts) {
    return Arrays.stream(counts).asLongStream().sum();
  }

  private static int[] quantiles(int n, double logMedian) {
    NormalDistribution normal = new NormalDistribution(null, logMedian, LOG_DEVIATION);
    int[] lengths = new int[n];
    for (int i = 0; i < n; i++) {
      double length = Math.exp(normal.inverseCumulativeProbability((i + 0.5) / n));
      lengths[i] = (int) Math.max(1, Math.min(UCF_CRIME_LONGEST - 1, Math.floor(length)));
    }
    return lengths;
  }

  private static void shuffle(int[] counts) {
    Random random = new Random(SEED);
    for (int i = counts.length - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int kept = counts[i];
      counts[i] = counts[j];
      counts[j] = kept;
    }
  }
}
