package org.c2fpl.formats.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import org.c2fpl.errors.DataException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VideosCsvTest {

  @Test
  void readsQuotesLineEndsAndMissingValues() throws IOException {
    Map<String, VideoDetails> videos =
        read(
            "\uFEFFcamera,video_id,fps,recorded_at,source\r\n"
                + "\"north, \"\"gate\"\"\",a,29.97,2026-11-23T08:30:00+01:00,rtsp://x\n"
                + "\n"
                + "\"two\nlines\",b,,2026-11-23 08:30:00,\r\n"
                + ",c,25,,");

    assertThat(videos.values())
        .containsExactly(
            new VideoDetails(
                "a", "rtsp://x", 29.97, Instant.parse("2026-11-23T07:30:00Z"), "north, \"gate\""),
            new VideoDetails("b", null, null, Instant.parse("2026-11-23T08:30:00Z"), "two\nlines"),
            new VideoDetails("c", null, 25.0, null, null));
    assertThat(read("video_id\n")).isEmpty();
    assertThat(read("video_id, fps , \"camera\"\n a , 25, \" b\" \n").values())
        .containsExactly(new VideoDetails("a", null, 25.0, null, " b"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "'';line 1: the file is empty",
        "'video_id,colour\n';line 1: unknown column 'colour'",
        "'video_id,fps,fps\n';line 1: column 'fps' occurs twice",
        "'fps\n25\n';line 1: the header lacks video_id",
        "'video_id,fps\na,25\nb\n';line 3: 1 fields, but the header has 2",
        "'video_id,fps\na,25\na,25\n';line 3: video 'a' occurs a second time",
        "'video_id,fps\n,25\n';line 2: no video_id",
        "'video_id,fps\na,fast\n';line 2: fps 'fast'",
        "'video_id,fps\na,0\n';line 2: fps '0'",
        "'video_id,fps\na,-25\n';line 2: fps '-25'",
        "'video_id,fps\na,NaN\n';line 2: fps 'NaN'",
        "'video_id,recorded_at\na,yesterday\n';line 2: recorded_at 'yesterday'",
        "'video_id,recorded_at\n"
            + "a,2026-02-30T00:00:00Z\n"
            + "';line 2: recorded_at '2026-02-30T00:00:00Z'",
        "'video_id,camera\na,\"x\ny\"\nb,\"z';line 4: a quote without end",
        "'video_id,camera\na,\"x\"y\n';line 2: text after a closing quote",
        "'video_id,camera\na,x\"y\n';line 2: a quote inside a field"
      })
  void namesTheLine(String text, String found) {
    assertThatThrownBy(() -> read(text))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith("Cannot read videos.csv: " + found + ".");
  }

  @Test
  void refusesOtherEncodings() {
    byte[] latin1 = "video_id,camera\na,Stra\u00dfe\n".getBytes(StandardCharsets.ISO_8859_1);

    assertThatThrownBy(() -> VideosCsv.read(new ByteArrayInputStream(latin1), "videos.csv"))
        .isInstanceOf(DataException.class)
        .hasMessage("Cannot read videos.csv: it is not UTF-8 text. Save it as UTF-8.");
  }

  private static Map<String, VideoDetails> read(String text) throws IOException {
    return VideosCsv.read(
        new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), "videos.csv");
  }
}
