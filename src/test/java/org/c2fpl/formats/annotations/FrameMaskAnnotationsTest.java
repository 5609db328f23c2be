package org.c2fpl.formats.annotations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.c2fpl.errors.DataException;
import org.c2fpl.formats.NpyReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FrameMaskAnnotationsTest {
  private static final VideoResolver INGESTED =
      new VideoResolver(
          List.of(new IngestedVideo("a", "test", 1), new IngestedVideo("b_i3d", "test", 2)));

  /** A one-dimensional array as numpy writes it, one dtype's bytes a value. */
  static byte[] npy(String descr, String shape, double... values) {
    String header = "{'descr': '" + descr + "', 'fortran_order': False, 'shape': " + shape + ", }";
    int size = descr.charAt(descr.length() - 1) - '0';
    ByteBuffer out = ByteBuffer.allocate(10 + header.length() + 1 + size * values.length);
    out.order(ByteOrder.LITTLE_ENDIAN);
    out.put((byte) 0x93).put("NUMPY".getBytes(StandardCharsets.US_ASCII));
    out.put((byte) 1).put((byte) 0).putShort((short) (header.length() + 1));
    out.put((header + "\n").getBytes(StandardCharsets.US_ASCII));
    for (double value : values) {
      switch (descr.substring(1)) {
        case "f8" -> out.putDouble(value);
        case "f4" -> out.putFloat((float) value);
        case "i8" -> out.putLong((long) value);
        case "i2" -> out.putShort((short) value);
        default -> out.put((byte) value);
      }
    }
    return out.array();
  }

  private static List<AnnotationEntry> order(String text) throws IOException {
    return FrameMaskAnnotations.readOrder(
        "order.txt", new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
  }

  private static List<VideoAnnotation> read(String order, byte[] npy) throws IOException {
    List<FrameMaskAnnotations.Video> videos =
        FrameMaskAnnotations.withFrames("order.txt", order(order), INGESTED, "test", 4);
    try (NpyReader mask = new NpyReader(new ByteArrayInputStream(npy), "gt.npy")) {
      return FrameMaskAnnotations.read("gt.npy", "order.txt", videos, mask).stream()
          .map(AnnotationEntry::annotation)
          .toList();
    }
  }

  @Test
  void theOrderIsCsv() throws IOException {
    assertThat(order("\uFEFFa , 16\r\n\r\n\"b, c\",32\nd"))
        .extracting(AnnotationEntry::line, e -> e.annotation().videoId())
        .containsExactly(tuple(1, "a"), tuple(3, "b, c"), tuple(4, "d"));
    assertThatThrownBy(() -> order("b, c,32\n"))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("line 1 'b, c,32': more than 2 fields; quote a name that has commas");
  }

  @ParameterizedTest
  @ValueSource(strings = {"|b1", "|u1", "|i1", "<i2", "<i8", "<f4", "<f8"})
  void cutsTheMaskAtTheVideosLengths(String descr) throws IOException {
    double[] mask = {0, 1, 1, 0, 1, 1, 0, 0, 0, 0, 0, 1, 0, 0, 1};
    assertThat(read("a\nb.mp4\nother,3\n", npy(descr, "(15,)", mask)))
        .containsExactly(
            new VideoAnnotation("a", null, 1, 4L, null, List.of(new FrameRange(1, 3))),
            new VideoAnnotation(
                "b.mp4", null, 1, 8L, null, List.of(new FrameRange(0, 2), new FrameRange(7, 8))),
            new VideoAnnotation("other", null, 1, 3L, null, List.of(new FrameRange(2, 3))));
  }

  @Test
  void aVideoWithoutAnomalousFrameIsNormal() throws IOException {
    assertThat(read("a,3", npy("|u1", "(3,)", 0, 0, 0)))
        .containsExactly(new VideoAnnotation("a", null, 0, 3L, null, List.of()));
  }

  @Test
  void aColumnIsReadLikeARow() throws IOException {
    assertThat(read("a,3", npy("|u1", "(3, 1)", 0, 1, 0)).get(0).anomalies())
        .containsExactly(new FrameRange(1, 2));
  }

  @Test
  void namesBothLengths() {
    assertThatThrownBy(() -> read("a\nb\n", npy("|u1", "(13,)", new double[13])))
        .isInstanceOf(DataException.class)
        .hasMessage(
            "Cannot read annotations from gt.npy: it has 13 values, but the 2 videos of order.txt"
                + " have 12 frames. Give the order of this array, with video_id,frames where a"
                + " video's length is not that of its segments.");
  }

  @Test
  void namesOtherValuesAndShapes() {
    assertThatThrownBy(() -> read("a", npy("<f4", "(4,)", 0, 1, 0.5, 0)))
        .isInstanceOf(DataException.class)
        .hasMessage(
            "Cannot read annotations from gt.npy: value 2 is 0.5. Write 1 for an anomalous frame"
                + " and 0 for a normal one.");
    assertThatThrownBy(() -> read("a", npy("|u1", "(2, 2)", 0, 1, 0, 0)))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("gt.npy: its shape is (2, 2). Give one value per frame");
  }

  @Test
  void namesBadLinesOfTheOrder() {
    assertThatThrownBy(() -> order("a\nb,x\n,5\nc,0\n"))
        .isInstanceOf(DataException.class)
        .hasMessage(
            "Cannot read annotations from order.txt: 3 problems.\n"
                + "  line 2 'b,x': frames 'x' is not a positive whole number\n"
                + "  line 3 ',5': the video's name is empty\n"
                + "  line 4 'c,0': frames '0' is not a positive whole number\n"
                + "Each line is video_id or video_id,frames, in the order of the array.");
    assertThatThrownBy(() -> order("\n"))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("order.txt: it names no video");
  }

  @Test
  void namesVideosOfUnknownLength() {
    assertThatThrownBy(() -> read("a\nother\n", npy("|u1", "(4,)", new double[4])))
        .isInstanceOf(DataException.class)
        .hasMessage(
            "Cannot read annotations from order.txt: line 2 'other': video 'other' was not ingested"
                + " in split test, so its length is unknown. Write video_id,frames for these"
                + " videos, or ingest them.");
  }
}
