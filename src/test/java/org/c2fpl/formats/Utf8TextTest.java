package org.c2fpl.formats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.c2fpl.errors.DataException;
import org.c2fpl.formats.annotations.CsvAnnotations;
import org.c2fpl.formats.annotations.FrameMaskAnnotations;
import org.c2fpl.formats.annotations.UcfCrimeAnnotations;
import org.c2fpl.formats.annotations.XdViolenceAnnotations;
import org.c2fpl.formats.features.ConcatIndex;
import org.c2fpl.formats.features.VideosCsv;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Texts without end are refused after a bounded part of them. */
class Utf8TextTest {
  private interface TextReader {
    Object read(InputStream in) throws IOException;
  }

  static Stream<TextReader> readers() {
    return Stream.of(
        in -> CsvAnnotations.read("it", in),
        in -> UcfCrimeAnnotations.read("it", in),
        in -> XdViolenceAnnotations.read("it", in),
        in -> FrameMaskAnnotations.readOrder("it", in),
        in -> ConcatIndex.readNames(in, "it"),
        in -> VideosCsv.read(in, "it"),
        in -> Utf8Text.read(in, "it", Utf8Text.LONGEST_SETTINGS));
  }

  @ParameterizedTest
  @MethodSource("readers")
  void aLineWithoutEndIsRefused(TextReader reader) {
    Endless endless = new Endless("x");
    assertThatThrownBy(() -> reader.read(endless))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith("Cannot read ")
        .hasMessageContaining("line 1 has more than 1,048,576 characters. Check that it is");
    assertThat(endless.given).isLessThan(2L * Utf8Text.LONGEST_LINE);
  }

  @Test
  void aQuotedFieldWithoutEndIsRefused() {
    Endless endless = new Endless("video_id,camera\na,\"", "x\n");
    assertThatThrownBy(() -> VideosCsv.read(endless, "it"))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("line 2: a quote without end");
    assertThat(endless.given).isLessThan(2L * Utf8Text.LONGEST_LINE);
  }

  @Test
  void aTextWithoutEndIsRefused() {
    assertThatThrownBy(() -> Utf8Text.read(new Endless("a\n"), "it", Utf8Text.LONGEST_SETTINGS))
        .isInstanceOf(DataException.class)
        .hasMessage(
            "Cannot read it: it has more than 1,048,576 characters. Check that it is the right"
                + " file.");
  }

  @Test
  void aTextOfTheGreatestLengthIsRead() throws IOException {
    String text = "ä".repeat(Utf8Text.LONGEST_LINE - 1) + "\n";
    assertThat(read(text.getBytes(StandardCharsets.UTF_8))).isEqualTo(text);
    assertThatThrownBy(() -> read(new byte[] {'a', (byte) 0xff}))
        .isInstanceOf(CharacterCodingException.class);
  }

  private static String read(byte[] bytes) throws IOException {
    return Utf8Text.read(new ByteArrayInputStream(bytes), "it", Utf8Text.LONGEST_SETTINGS);
  }

  /** A start, then the same text repeated. */
  private static final class Endless extends InputStream {
    private final byte[] first;
    private final byte[] again;
    private long given;

    Endless(String first, String again) {
      this.first = first.getBytes(StandardCharsets.UTF_8);
      this.again = again.getBytes(StandardCharsets.UTF_8);
    }

    Endless(String again) {
      this("", again);
    }

    @Override
    public int read() {
      long at = given++;
      return at < first.length
          ? first[(int) at]
          : again[(int) ((at - first.length) % again.length)];
    }
  }
}
