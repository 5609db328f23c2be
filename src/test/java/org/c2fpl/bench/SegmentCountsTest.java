package org.c2fpl.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.c2fpl.errors.DataException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SegmentCountsTest {
  @TempDir Path folder;

  @Test
  void defaultHasUcfCrimesNumbers() {
    int[] counts = SegmentCounts.ucfCrime();
    assertThat(counts).hasSize(1_609);
    assertThat(SegmentCounts.sum(counts)).isEqualTo(779_951);
    assertThat(Arrays.stream(counts).max()).hasValue(61_032);
    assertThat(Arrays.stream(counts).min().orElseThrow()).isPositive();
    assertThat(SegmentCounts.ucfCrime()).isEqualTo(counts);
  }

  @Test
  void isSkewedAsLengthsOfFootageAre() {
    int[] sorted = SegmentCounts.ucfCrime();
    Arrays.sort(sorted);
    assertThat(sorted[sorted.length / 2]).isBetween(100, 200);
    assertThat(sorted[sorted.length * 9 / 10]).isBetween(500, 1_500);
    assertThat(sorted[sorted.length - 2]).isLessThan(61_032);
  }

  @ParameterizedTest
  @CsvSource({"1,1609", "2,804", "4,402", "8,201"})
  void fractionsAreVideosOfAllLengths(int denominator, int videos) {
    int[] all = SegmentCounts.ucfCrime();
    int[] some = SegmentCounts.fraction(all, denominator);
    assertThat(some).hasSize(videos);
    assertThat((double) SegmentCounts.sum(some) * denominator / SegmentCounts.sum(all))
        .isBetween(0.8, 1.2);
  }

  @Test
  void readsLinesAndTheLastColumnOfCsv() throws IOException {
    assertThat(SegmentCounts.read(file("3\n 4\n\n5\n"))).containsExactly(3, 4, 5);
    assertThat(SegmentCounts.read(file("video,segments\na,7\n\"b,c\",9\n"))).containsExactly(7, 9);
  }

  @ParameterizedTest
  @CsvSource({"12\\nmany,2,many", "12\\n0,2,0", "12\\n13\\n-4,3,-4", "1\\n2.5,2,2.5"})
  void refusesWhatIsNoCount(String content, int line, String value) throws IOException {
    Path file = file(content.replace("\\n", "\n"));
    assertThatThrownBy(() -> SegmentCounts.read(file))
        .isInstanceOf(DataException.class)
        .hasMessage(
            "Cannot read segment counts "
                + file
                + ": line "
                + line
                + " has '"
                + value
                + "', not a number of segments of at least 1. Write one integer per line, or"
                + " a CSV whose last column is one.");
  }

  @Test
  void refusesAFileWithoutCountsAndNoFile() throws IOException {
    Path empty = file("segments\n");
    assertThatThrownBy(() -> SegmentCounts.read(empty))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("it has no counts");
    Path missing = folder.resolve("missing");
    assertThatThrownBy(() -> SegmentCounts.read(missing))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("there is no such file");
  }

  private Path file(String content) throws IOException {
    return Files.writeString(Files.createTempFile(folder, "counts", ".csv"), content);
  }
}
