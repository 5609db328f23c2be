package org.c2fpl.formats.annotations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.c2fpl.errors.DataException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AnnotationReadersTest {
  private static final String HEADER = "video_id,split,label,frames,anomalies\n";

  private static InputStream text(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
  }

  private static List<VideoAnnotation> csv(String text) throws IOException {
    return CsvAnnotations.read("truth.csv", text(text)).stream()
        .map(AnnotationEntry::annotation)
        .toList();
  }

  private static List<VideoAnnotation> ucf(String text) throws IOException {
    return UcfCrimeAnnotations.read("ucf.txt", text(text)).stream()
        .map(AnnotationEntry::annotation)
        .toList();
  }

  private static List<VideoAnnotation> xd(String text) throws IOException {
    return XdViolenceAnnotations.read("xd.txt", text(text)).stream()
        .map(AnnotationEntry::annotation)
        .toList();
  }

  @Test
  void readsEveryCellOfCsv() throws IOException {
    String text =
        "\uFEFFvideo_id,split,label,frames,anomalies,class,note\r\n"
            + "a,test,1,100,60-80;0-10,fight,x\r\n"
            + "\r\n"
            + "\"b, \"\"c\"\"\",,0,,,,\r\n"
            + "d,train,,7,,,\n";
    assertThat(csv(text))
        .containsExactly(
            new VideoAnnotation(
                "a",
                "test",
                1,
                100L,
                "fight",
                List.of(new FrameRange(0, 10), new FrameRange(60, 80))),
            new VideoAnnotation("b, \"c\"", null, 0, null, null, List.of()),
            new VideoAnnotation("d", "train", null, 7L, null, List.of()));
  }

  @Test
  void csvColumnsMayStandInAnyOrder() throws IOException {
    assertThat(csv("anomalies,frames,label,split,video_id\n3-5,9,1,s,v\n"))
        .containsExactly(new VideoAnnotation("v", "s", 1, 9L, null, List.of(new FrameRange(3, 5))));
  }

  @Test
  void touchingRangesAreTwoRanges() throws IOException {
    assertThat(csv(HEADER + "v,s,1,9,3-5;5-6\n").get(0).anomalies())
        .containsExactly(new FrameRange(3, 5), new FrameRange(5, 6));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "v,s,2,9,     | label '2' is neither 0, 1 nor empty",
        "v,s,0,9,1-2  | label 0 (normal) with anomalous frames",
        "v,s,1,x,     | frames 'x' is not a positive whole number",
        "v,s,1,0,     | frames '0' is not a positive whole number",
        "v,s,1,-3,    | frames '-3' is not a positive whole number",
        "v,s,1,9,5-3  | range 5-3 is reversed",
        "v,s,1,9,3-3  | range 3-3 is empty",
        "v,s,1,9,4-7;1-5  | ranges 1-5 and 4-7 overlap",
        "v,s,1,9,3-10 | range 3-10 runs past the end of the video (9 frames)",
        "v,s,1,9,3    | range '3' is not start-end in whole frame numbers",
        "v,s,1,9,3-x  | range '3-x' is not start-end in whole frame numbers",
        "v,s,1,9,-3-5 | range '-3-5' is not start-end in whole frame numbers",
        "v,s,1,9,3-99999999999999999999 | is not start-end in whole frame numbers",
        "v,s,1,9      | 4 fields, but the header has 5",
        ",s,1,9,      | video_id is empty",
        "\"v,s,1,9,   | a quote without end",
      })
  void namesABadCsvLine(String line, String what) {
    assertThatThrownBy(() -> csv(HEADER + "good,test,0,9,\n" + line + "\n"))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith("Cannot read annotations from truth.csv: line 3 '" + line + "': ")
        .hasMessageContaining(what)
        .hasMessageContaining("Write the header video_id,split,label,frames,anomalies");
  }

  @Test
  void namesMissingAndRepeatedColumns() {
    assertThatThrownBy(() -> csv("video_id,label,frame\nv,1,3\n"))
        .isInstanceOf(DataException.class)
        .hasMessage(
            "Cannot read annotations from truth.csv: line 1 'video_id,label,frame': the header"
                + " lacks split, frames, anomalies. Write the header"
                + " video_id,split,label,frames,anomalies as the first line.");
    assertThatThrownBy(() -> csv("video_id,split,label,frames,anomalies,label\n"))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("column 'label' occurs twice");
    assertThatThrownBy(() -> csv(""))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("truth.csv: it is empty");
  }

  @Test
  void namesTenProblemsAndCountsTheRest() {
    StringBuilder text = new StringBuilder(HEADER);
    for (int i = 0; i < 13; i++) {
      text.append("v").append(i).append(",s,7,9,\n");
    }
    assertThatThrownBy(() -> csv(text.toString()))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("truth.csv: 13 problems.\n  line 2 'v0,s,7,9,': label '7'")
        .hasMessageContaining("line 11 'v9,s,7,9,'")
        .hasMessageNotContaining("line 12")
        .hasMessageContaining("\n  and 3 more\n");
  }

  @Test
  void cutsLongLinesAndControlCharactersInMessages() {
    assertThatThrownBy(() -> csv(HEADER + "v\u001b[31m" + "x".repeat(500) + ",s,1,9\n"))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("'v\uFFFD[31mxxx")
        .hasMessageContaining("xxx…'")
        .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(400));
  }

  @Test
  void refusesBytesThatAreNoText() {
    byte[] npy = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0};
    assertThatThrownBy(() -> CsvAnnotations.read("gt.npy", new ByteArrayInputStream(npy)))
        .isInstanceOf(DataException.class)
        .hasMessage(
            "Cannot read annotations from gt.npy: after line 0 it is not UTF-8 text. Give the"
                + " annotation file in the format that --format names.");
  }

  @Test
  void turnsUcfCrimeRangesToZeroBasedExclusive() throws IOException {
    String text =
        "Abuse028_x264  Abuse  165  240  -1  -1  \n"
            + "Vandalism017_x264.mp4  Vandalism  270  330  780  840  \n"
            + "Normal_Videos_003_x264  Normal  -1  -1  -1  -1  \n"
            + "Arson000  Arson  -1  -1  -1  -1  \n";
    assertThat(ucf(text))
        .containsExactly(
            new VideoAnnotation(
                "Abuse028_x264", null, 1, null, "Abuse", List.of(new FrameRange(164, 240))),
            new VideoAnnotation(
                "Vandalism017_x264.mp4",
                null,
                1,
                null,
                "Vandalism",
                List.of(new FrameRange(269, 330), new FrameRange(779, 840))),
            new VideoAnnotation("Normal_Videos_003_x264", null, 0, null, "Normal", List.of()),
            new VideoAnnotation("Arson000", null, 1, null, "Arson", List.of()));
  }

  @Test
  void aUcfCrimeRangeOfOneFrameIsNotEmpty() throws IOException {
    assertThat(ucf("a Arson 1 1 2 2\n").get(0).anomalies())
        .containsExactly(new FrameRange(0, 1), new FrameRange(1, 2));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a Arson 5 9 -1           | 5 fields, but 6 are expected",
        "a Arson 5 9 -1 -1 3      | 7 fields, but 6 are expected",
        "a Arson 9 5 -1 -1        | range 9 to 5 is reversed",
        "a Arson 0 5 -1 -1        | range 0 to 5 starts at frame 0, but frames count from 1",
        "a Arson 5 -1 -1 -1       | range 5 to -1 is neither two whole frame numbers nor -1 -1",
        "a Arson x 9 -1 -1        | range x to 9 is neither two whole frame numbers nor -1 -1",
        "a Arson 5 9 9 12         | ranges 5 to 9 and 9 to 12 overlap",
        "a Normal 5 9 -1 -1       | class Normal with anomalous frames",
      })
  void namesABadUcfCrimeLine(String line, String what) {
    assertThatThrownBy(() -> ucf("good Normal -1 -1 -1 -1\n" + line + "\n"))
        .isInstanceOf(DataException.class)
        .hasMessage(
            "Cannot read annotations from ucf.txt: line 2 '"
                + line
                + "': "
                + what
                + ". Each line is name class start1 end1 start2 end2 with 1-based frames, -1 -1"
                + " for no range.");
  }

  @Test
  void readsXdViolenceRangesAsTheyStand() throws IOException {
    String text =
        "v=S-7rRLrxnVQ__#1_label_B4-0-0 0 1517 1970 3038\n"
            + "City.of.God.2002__#01-24-10_01-25-10_label_B2-B6-G.mp4 340 1090\n"
            + "noclass 1 2";
    assertThat(xd(text))
        .containsExactly(
            new VideoAnnotation(
                "v=S-7rRLrxnVQ__#1_label_B4-0-0",
                null,
                1,
                null,
                "B4-0-0",
                List.of(new FrameRange(0, 1517), new FrameRange(1970, 3038))),
            new VideoAnnotation(
                "City.of.God.2002__#01-24-10_01-25-10_label_B2-B6-G.mp4",
                null,
                1,
                null,
                "B2-B6-G",
                List.of(new FrameRange(340, 1090))),
            new VideoAnnotation("noclass", null, 1, null, null, List.of(new FrameRange(1, 2))));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "v            | no frames follow the name",
        "v 1 2 3      | a start without an end",
        "v 5 3        | range 5 to 3 is reversed",
        "v 5 5        | range 5 to 5 is empty",
        "v -1 3       | range -1 to 3 is not two whole frame numbers",
        "v 1 2.5      | range 1 to 2.5 is not two whole frame numbers",
        "v 1 5 4 9    | ranges 1 to 5 and 4 to 9 overlap",
      })
  void namesABadXdViolenceLine(String line, String what) {
    assertThatThrownBy(() -> xd("good 1 2\n" + line + "\n"))
        .isInstanceOf(DataException.class)
        .hasMessage(
            "Cannot read annotations from xd.txt: line 2 '"
                + line
                + "': "
                + what
                + ". Each line is a name, then start end pairs of 0-based frames.");
  }

  @Test
  void refusesFilesWithoutVideos() {
    assertThatThrownBy(() -> ucf("\n \n"))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("ucf.txt: it names no video");
    assertThatThrownBy(() -> xd(""))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("xd.txt: it names no video");
  }
}
