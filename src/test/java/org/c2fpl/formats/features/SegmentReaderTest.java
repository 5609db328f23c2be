package org.c2fpl.formats.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NoSuchElementException;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.c2fpl.errors.DataException;
import org.c2fpl.formats.ByteSource;
import org.c2fpl.formats.NpyBytes;
import org.c2fpl.formats.NpyHeader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SegmentReaderTest {

  /** Value of a place in the made-up array: tells the place, and every dtype holds it exactly. */
  private static double value(int segment, int crop, int dim) {
    return (segment * 64 + crop * 16 + dim) / 4.0;
  }

  /** The array's values in the order of the file, by the definition of the orders. */
  private static double[] inFileOrder(int m, int crops, int dim, Axes axes, boolean fortran) {
    int[] shape =
        axes == Axes.SEGMENTS_CROPS_DIM ? new int[] {m, crops, dim} : new int[] {crops, m, dim};
    double[] values = new double[m * crops * dim];
    for (int a = 0; a < shape[0]; a++) {
      for (int b = 0; b < shape[1]; b++) {
        for (int d = 0; d < dim; d++) {
          int place = fortran ? a + shape[0] * (b + shape[1] * d) : (a * shape[1] + b) * dim + d;
          values[place] = axes == Axes.SEGMENTS_CROPS_DIM ? value(a, b, d) : value(b, a, d);
        }
      }
    }
    return values;
  }

  @Property
  void everyOrderGivesTheSameSegments(
      @ForAll @IntRange(min = 1, max = 9) int m,
      @ForAll @IntRange(min = 1, max = 4) int crops,
      @ForAll @IntRange(min = 1, max = 5) int dim,
      @ForAll Axes axes,
      @ForAll boolean fortran,
      @ForAll @IntRange(min = 0, max = 3) int descr,
      @ForAll @IntRange(min = 1, max = 4) int blockSegments,
      @ForAll @IntRange(max = 8) int skip)
      throws IOException {
    String type = List.of("<f4", ">f4", "<f8", ">f8").get(descr);
    String shape =
        axes == Axes.SEGMENTS_CROPS_DIM
            ? "(" + m + ", " + crops + ", " + dim + ")"
            : "(" + crops + ", " + m + ", " + dim + ")";
    byte[] file =
        NpyBytes.of(
            type, fortran, shape, NpyBytes.encode(type, inFileOrder(m, crops, dim, axes, fortran)));
    ByteSource source = NpyBytes.source("a.npy", file);
    int from = Math.min(skip, m - 1);

    List<byte[]> read = new ArrayList<>();
    try (SegmentReader reader =
        new SegmentReader(
            source, layout(source, axes), 0, from, m, blockSegments * crops * dim * 4)) {
      reader.forEachRemaining(read::add);
    }

    assertThat(read).hasSize(m - from);
    for (int s = from; s < m; s++) {
      ByteBuffer segment = ByteBuffer.wrap(read.get(s - from)).order(ByteOrder.LITTLE_ENDIAN);
      for (int c = 0; c < crops; c++) {
        for (int d = 0; d < dim; d++) {
          assertThat((double) segment.getFloat()).isEqualTo(value(s, c, d));
        }
      }
      assertThat(segment.hasRemaining()).isFalse();
    }
  }

  @Test
  void matricesHaveOneCrop() throws IOException {
    for (boolean fortran : new boolean[] {false, true}) {
      double[] values = inFileOrder(3, 1, 2, Axes.SEGMENTS_CROPS_DIM, fortran);
      ByteSource source =
          NpyBytes.source(
              "a.npy", NpyBytes.of("<f4", fortran, "(3, 2)", NpyBytes.encode("<f4", values)));
      ArrayLayout layout = layout(source, Axes.CROPS_SEGMENTS_DIM);
      assertThat(layout.segments()).isEqualTo(3);
      assertThat(layout.crops()).isEqualTo(1);
      assertThat(layout.dim()).isEqualTo(2);
      SegmentReader reader = new SegmentReader(source, layout);
      for (int s = 0; s < 3; s++) {
        assertThat(reader.next()).isEqualTo(NpyBytes.encode("<f4", value(s, 0, 0), value(s, 0, 1)));
      }
      assertThatThrownBy(reader::next).isInstanceOf(NoSuchElementException.class);
    }
  }

  @Test
  void halvesAreExactAndDoublesRound() throws IOException {
    double[] halves = {NpyBytes.halfValue(1), -NpyBytes.halfValue(0x3ff), 65504, -0.0};
    assertThat(segment("<f2", halves)).isEqualTo(NpyBytes.encode("<f4", halves));
    double[] doubles = {0.1, Math.PI, 1e-50, Float.MAX_VALUE};
    assertThat(segment(">f8", doubles)).isEqualTo(NpyBytes.encode("<f4", doubles));
  }

  @ParameterizedTest
  @CsvSource({
    "<f4,NaN,NaN",
    ">f4,Infinity,Infinity",
    "<f2,-Infinity,-Infinity",
    "<f8,NaN,NaN",
    "<f8,-1e300,'-1.0E300, too large for float32,'"
  })
  void namesThePlaceOfWhatIsNoNumber(String descr, double wrong, String shown) {
    double[] values = new double[3 * 2 * 4];
    values[2 * 8 + 1 * 4 + 3] = wrong;
    ByteSource source =
        NpyBytes.source(
            "a.npy", NpyBytes.of(descr, false, "(3, 2, 4)", NpyBytes.encode(descr, values)));

    assertThatThrownBy(
            () ->
                new SegmentReader(source, layout(source, Axes.SEGMENTS_CROPS_DIM))
                    .forEachRemaining(segment -> {}))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith(
            "Cannot use a.npy: " + shown + " at segment 2, crop 1, dimension 3 (counted from 0).");
  }

  @Test
  void namesThePlaceInEveryOrder() {
    for (Axes axes : Axes.values()) {
      for (boolean fortran : new boolean[] {false, true}) {
        double[] values = inFileOrder(3, 2, 4, axes, fortran);
        for (int i = 0; i < values.length; i++) {
          values[i] = values[i] == value(2, 1, 3) ? Double.NaN : values[i];
        }
        String shape = axes == Axes.SEGMENTS_CROPS_DIM ? "(3, 2, 4)" : "(2, 3, 4)";
        ByteSource source =
            NpyBytes.source(
                "a.npy", NpyBytes.of("<f4", fortran, shape, NpyBytes.encode("<f4", values)));
        assertThatThrownBy(
                () ->
                    new SegmentReader(source, layout(source, axes), 1, 1, 3)
                        .forEachRemaining(segment -> {}))
            .isInstanceOf(DataException.class)
            .hasMessageContaining(
                "NaN at segment 1, crop 1, dimension 3 (counted from 0; row 2 of the array)");
      }
    }
  }

  @Test
  void noticesAFileThatShrinks() throws IOException {
    byte[] file = NpyBytes.of("<f4", false, "(3, 2)", new byte[24]);
    ArrayLayout layout = layout(NpyBytes.source("a.npy", file), Axes.SEGMENTS_CROPS_DIM);
    ByteSource shrunk = NpyBytes.source("a.npy", Arrays.copyOf(file, file.length - 4));

    assertThatThrownBy(() -> new SegmentReader(shrunk, layout).next())
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith(
            "Cannot use a.npy: it ends at byte " + (file.length - 4) + ", before the end");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "<f4;(6,);its array has the shape (6,), of rank 1. Features have the shape (segments, dim)",
        "<f4;(1, 1, 1, 6);its array has the shape (1, 1, 1, 6), of rank 4.",
        "<f4;();its array has the shape (), of rank 0.",
        "<i8;(3, 2);its dtype is int64. Features are float16, float32 or float64",
        "|b1;(3, 2);its dtype is bool.",
        "<f4;(0, 2);its array has the shape (0, 2), no segments.",
        "<f4;(3, 0);its array has the shape (3, 0), segments without values.",
        "<f4;(3, 0, 5);segments without values.",
        "<f4;(3, 9000, 9000);9000 crops × 9000 values per segment are more than 16 MiB.",
        "<f4;(3, 1, 2199023255552);values per segment are more than 16 MiB.",
        "<f4;(2147483648, 1);2147483648 segments are more than 2147483647."
      })
  void refusesArraysThatAreNoFeatures(String descr, String shape, String found) {
    ByteSource source = NpyBytes.source("a.npy", NpyBytes.of(descr, false, shape, new byte[0]));

    assertThatThrownBy(() -> layout(source, Axes.SEGMENTS_CROPS_DIM))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith("Cannot use a.npy: ")
        .hasMessageContaining(found);
  }

  @Test
  void putsCropFilesTogether() throws IOException {
    List<SegmentReader> crops = new ArrayList<>();
    for (int crop = 0; crop < 3; crop++) {
      double[] values = {
        value(0, crop, 0), value(0, crop, 1), value(1, crop, 0), value(1, crop, 1)
      };
      ByteSource source =
          NpyBytes.source(
              "a__" + crop + ".npy",
              NpyBytes.of("<f4", false, "(2, 2)", NpyBytes.encode("<f4", values)));
      crops.add(new SegmentReader(source, layout(source, Axes.SEGMENTS_CROPS_DIM)));
    }
    try (CropFilesReader reader = new CropFilesReader(crops)) {
      for (int s = 0; s < 2; s++) {
        assertThat(reader.next())
            .isEqualTo(
                NpyBytes.encode(
                    "<f4",
                    value(s, 0, 0),
                    value(s, 0, 1),
                    value(s, 1, 0),
                    value(s, 1, 1),
                    value(s, 2, 0),
                    value(s, 2, 1)));
      }
      assertThat(reader.hasNext()).isFalse();
    }
  }

  private static byte[] segment(String descr, double... values) throws IOException {
    ByteSource source =
        NpyBytes.source(
            "a.npy",
            NpyBytes.of(
                descr, false, "(1, " + values.length + ")", NpyBytes.encode(descr, values)));
    return new SegmentReader(source, layout(source, Axes.SEGMENTS_CROPS_DIM)).next();
  }

  private static ArrayLayout layout(ByteSource source, Axes axes) throws IOException {
    byte[] start = source.open(0).readNBytes(1 << 16);
    return ArrayLayout.of(
        NpyHeader.read(new ByteArrayInputStream(start), source.name()), axes, source.name());
  }
}
