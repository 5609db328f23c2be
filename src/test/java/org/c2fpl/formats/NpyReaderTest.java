package org.c2fpl.formats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import org.c2fpl.errors.DataException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NpyReaderTest {

  @ParameterizedTest
  @ValueSource(strings = {"<f2", ">f2", "<f4", ">f4", "<f8", ">f8", "<i4", ">i8", "|i1", ">i2"})
  void readsValuesOfSignedTypes(String descr) throws IOException {
    double[] values = {0, 1, -2, 100, -128};

    assertThat(doubles(descr, values)).containsExactly(values);
  }

  @ParameterizedTest
  @ValueSource(strings = {"|u1", "<u2", ">u4", "<u8"})
  void readsValuesOfUnsignedTypes(String descr) throws IOException {
    double[] values = {0, 1, 200, 255};

    assertThat(doubles(descr, values)).containsExactly(values);
    assertThat(longs(descr, values)).containsExactly(0, 1, 200, 255);
  }

  @Test
  void readsBool() throws IOException {
    assertThat(doubles("|b1", 0, 1, 1)).containsExactly(0, 1, 1);
  }

  @Test
  void readsAllHalves() {
    for (int bits = 0; bits < 1 << 16; bits++) {
      Double expected = NpyBytes.halfValue(bits);
      assertThat(Double.valueOf(NpyDtype.halfToFloat((short) bits))).isEqualTo(expected);
    }
  }

  @Test
  void readsInBlocksUpToTheEnd() throws IOException {
    byte[] file = NpyBytes.of("<i8", false, "(5,)", NpyBytes.encode("<i8", 1, 2, 3, 4, 5));
    try (NpyReader reader = NpyReader.open(NpyBytes.source("a.npy", file))) {
      long[] block = new long[3];
      assertThat(reader.readLongs(block)).isEqualTo(3);
      assertThat(block).containsExactly(1, 2, 3);
      assertThat(reader.readLongs(block)).isEqualTo(2);
      assertThat(block).startsWith(4, 5);
      assertThat(reader.readLongs(block)).isZero();
      reader.requireEnd();
    }
  }

  @Test
  void refusesShortAndLongStreams() throws IOException {
    byte[] file = NpyBytes.of("<f4", false, "(3,)", NpyBytes.encode("<f4", 1, 2, 3));
    NpyReader cut =
        new NpyReader(new ByteArrayInputStream(Arrays.copyOf(file, file.length - 1)), "a.npy");
    assertThatThrownBy(() -> cut.readDoubles(new double[3]))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith(
            "Cannot read a.npy: its header says float32 (3,), which is 12 bytes, and 11 follow it.");

    NpyReader tooLong =
        new NpyReader(new ByteArrayInputStream(Arrays.copyOf(file, file.length + 1)), "a.npy");
    tooLong.readDoubles(new double[3]);
    assertThatThrownBy(tooLong::requireEnd)
        .isInstanceOf(DataException.class)
        .hasMessageContaining("which is 12 bytes, and more follow it. The file is too long");

    assertThatThrownBy(
            () -> NpyReader.open(NpyBytes.source("a.npy", Arrays.copyOf(file, file.length + 1))))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("and 13 follow it");
  }

  @Test
  void refusesFloatsAndHugeNumbersAsWholeNumbers() {
    assertThatThrownBy(() -> longs("<f4", 1))
        .isInstanceOf(DataException.class)
        .hasMessage("Cannot read a.npy: it holds float32 and not whole numbers. Save it as int64.");
    assertThatThrownBy(() -> longs("<u8", -1))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("it holds 18446744073709551615, too large for a signed number");
  }

  private static double[] doubles(String descr, double... values) throws IOException {
    try (NpyReader reader = open(descr, values)) {
      double[] read = new double[values.length];
      assertThat(reader.readDoubles(read)).isEqualTo(values.length);
      return read;
    }
  }

  private static long[] longs(String descr, double... values) throws IOException {
    try (NpyReader reader = open(descr, values)) {
      long[] read = new long[values.length];
      assertThat(reader.readLongs(read)).isEqualTo(values.length);
      return read;
    }
  }

  private static NpyReader open(String descr, double... values) throws IOException {
    String shape = "(" + values.length + ",)";
    return NpyReader.open(
        NpyBytes.source("a.npy", NpyBytes.of(descr, false, shape, NpyBytes.encode(descr, values))));
  }
}
