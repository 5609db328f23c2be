package org.c2fpl.formats.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.c2fpl.errors.DataException;
import org.c2fpl.formats.ByteSource;
import org.c2fpl.formats.NpyBytes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConcatIndexTest {

  @ParameterizedTest
  @CsvSource({"<i8", "<i4", ">i4", "<u2"})
  void rangesInAnyOrderAndType(String descr) throws IOException {
    ConcatIndex index =
        ConcatIndex.read(ranges(descr, 4, 9, 0, 3, 9, 10), List.of("b", "a", "c"), 12);

    assertThat(index.entries())
        .containsExactly(
            new ConcatIndex.Entry("b", 4, 9, null),
            new ConcatIndex.Entry("a", 0, 3, null),
            new ConcatIndex.Entry("c", 9, 10, null));
    assertThat(index.uncovered()).isEqualTo(3);
  }

  @Test
  void numbersVideosWithoutNames() throws IOException {
    assertThat(ConcatIndex.read(ranges("<i8", 0, 1, 1, 2), null, 2).entries())
        .extracting(ConcatIndex.Entry::videoId)
        .containsExactly("video_00000", "video_00001");
  }

  @Test
  void namesEveryWrongRange() throws IOException {
    ConcatIndex index =
        ConcatIndex.read(ranges("<i8", 5, 3, 8, 11, 2, 2, -1, 1, 0, 4, 3, 5, 5, 6), null, 10);

    assertThat(index.entries())
        .extracting(ConcatIndex.Entry::problem)
        .containsExactly(
            "range 0 is [5, 3), reversed",
            "range 1 is [8, 11), out of the array's 10 segments",
            "range 2 is [2, 2), no segments",
            "range 3 is [-1, 1), out of the array's 10 segments",
            "range 4 is [0, 4) and overlaps range 5, [3, 5)",
            "range 5 is [3, 5) and overlaps range 4, [0, 4)",
            null);
    assertThat(index.uncovered()).isEqualTo(4);
  }

  @Test
  void rangeInsideAnotherOverlaps() throws IOException {
    ConcatIndex index = ConcatIndex.read(ranges("<i8", 0, 9, 1, 2, 3, 4, 9, 10), null, 10);

    assertThat(index.entries())
        .extracting(entry -> entry.problem() == null)
        .containsExactly(false, false, false, true);
    assertThat(index.uncovered()).isZero();
  }

  @Test
  void refusesOtherArrays() {
    assertThatThrownBy(() -> read("<i8", false, "(2, 3)", 0, 1, 2, 3, 4, 5))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith("Cannot use ranges.npy: its array has the shape (2, 3).");
    assertThatThrownBy(() -> read("<i8", false, "(2,)", 0, 1))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("its array has the shape (2,)");
    assertThatThrownBy(() -> read("<f8", false, "(1, 2)", 0, 1))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("it holds float64 and not whole numbers");
    assertThatThrownBy(() -> read("<i8", true, "(2, 2)", 0, 1, 1, 2))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("it is in Fortran order");
    assertThatThrownBy(() -> read("<i8", false, "(0, 2)"))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("it has no ranges");
    assertThatThrownBy(() -> read("<i8", false, "(20000000, 2)"))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("and 0 follow it");
    assertThatThrownBy(() -> ConcatIndex.read(ranges("<i8", 0, 1), List.of("a", "b"), 1))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("it has 1 ranges, and the list of names has 2 names");
  }

  @Test
  void readsNames() throws IOException {
    assertThat(names("\uFEFFa\r\nb c\n\n".getBytes(StandardCharsets.UTF_8)))
        .containsExactly("a", "b c");
    assertThatThrownBy(() -> names(new byte[] {'a', (byte) 0xff, '\n'}))
        .isInstanceOf(DataException.class)
        .hasMessage(
            "Cannot use names.txt: it is not UTF-8 text. Save the names as UTF-8, one per line.");
  }

  private static List<String> names(byte[] text) throws IOException {
    return ConcatIndex.readNames(new ByteArrayInputStream(text), "names.txt");
  }

  private static void read(String descr, boolean fortran, String shape, double... values)
      throws IOException {
    ConcatIndex.read(
        NpyBytes.source(
            "ranges.npy", NpyBytes.of(descr, fortran, shape, NpyBytes.encode(descr, values))),
        null,
        10);
  }

  private static ByteSource ranges(String descr, double... bounds) {
    String shape = "(" + bounds.length / 2 + ", 2)";
    return NpyBytes.source(
        "ranges.npy", NpyBytes.of(descr, false, shape, NpyBytes.encode(descr, bounds)));
  }
}
