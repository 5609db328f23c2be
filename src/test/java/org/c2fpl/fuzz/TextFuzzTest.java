package org.c2fpl.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.c2fpl.experiment.Study;
import org.c2fpl.experiment.StudyFile;
import org.c2fpl.formats.annotations.AnnotationEntry;
import org.c2fpl.formats.annotations.CsvAnnotations;
import org.c2fpl.formats.annotations.FrameMaskAnnotations;
import org.c2fpl.formats.annotations.FrameRange;
import org.c2fpl.formats.annotations.UcfCrimeAnnotations;
import org.c2fpl.formats.annotations.XdViolenceAnnotations;
import org.c2fpl.formats.features.ConcatIndex;
import org.c2fpl.formats.features.VideosCsv;
import org.junit.jupiter.api.Test;

/** Text of users is accepted if it makes sense, or refused, and nothing else. */
class TextFuzzTest {
  private static final int INPUTS = 200;

  private static List<byte[]> texts(String... texts) {
    return Stream.of(texts).map(text -> text.getBytes(StandardCharsets.UTF_8)).toList();
  }

  private interface Annotations {
    List<AnnotationEntry> read(String name, InputStream in) throws IOException;
  }

  private static void annotations(String kind, Annotations reader, String... valid)
      throws InterruptedException {
    Fuzzing.Outcomes outcomes =
        Fuzzing.run(
            kind,
            INPUTS,
            texts(valid),
            input ->
                reader.read(kind, new ByteArrayInputStream(input)).forEach(entry -> sane(entry)));
    assertThat(outcomes.accepted()).isPositive();
    assertThat(outcomes.refused65()).isPositive();
  }

  private static void sane(AnnotationEntry entry) {
    assertThat(entry.annotation().videoId()).isNotBlank();
    if (entry.annotation().frames() != null) {
      assertThat(entry.annotation().frames()).isPositive();
    }
    assertThat(entry.annotation().label()).isIn(null, 0, 1);
    long last = 0;
    for (FrameRange range : entry.annotation().anomalies()) {
      assertThat(range.start()).isGreaterThanOrEqualTo(last);
      assertThat(range.end()).isGreaterThan(range.start());
      last = range.end();
    }
  }

  @Test
  void csvAnnotations() throws InterruptedException {
    annotations(
        "annotations.csv",
        CsvAnnotations::read,
        "video_id,split,label,frames,anomalies\na,test,1,160,10-20;30-40\n\"b, c\",,0,320,\n",
        "anomalies,video_id,class,split,label,frames\n,v1,Normal,,,\n5-9,v2,\"a \"\"x\"\"\",,1,\n");
  }

  @Test
  void ucfCrime() throws InterruptedException {
    annotations(
        "ucf-crime",
        UcfCrimeAnnotations::read,
        "Abuse028_x264.mp4  Abuse  165  240  -1  -1\n",
        "Normal_Videos_003_x264.mp4  Normal  -1  -1  -1  -1\nA.mp4 Arson 1 2 5 9\n");
  }

  @Test
  void xdViolence() throws InterruptedException {
    annotations(
        "xd-violence",
        XdViolenceAnnotations::read,
        "Bad.Boys__#00-26-51_label_B2-0-0 49 67 92 107\n",
        "v=8cTqh9tMz_I__#1_label_A 1 2\nw_label_G-0-0 5 600\n");
  }

  @Test
  void frameOrder() throws InterruptedException {
    annotations("frame order", FrameMaskAnnotations::readOrder, "a,160\nb,32\n", "a\nb,16\nc\n");
  }

  @Test
  void names() throws InterruptedException {
    Fuzzing.run(
        "names",
        INPUTS,
        texts("a\nb\nc\n", "v 1\r\nv 2\r\n"),
        input ->
            assertThat(ConcatIndex.readNames(new ByteArrayInputStream(input), "names"))
                .doesNotContainNull());
  }

  @Test
  void videos() throws InterruptedException {
    Fuzzing.Outcomes outcomes =
        Fuzzing.run(
            "videos.csv",
            INPUTS,
            texts(
                "video_id,source,fps,recorded_at,camera\n"
                    + "a,rtsp://x,29.97,2026-01-02T03:04:05Z,c1\n",
                "video_id,fps\r\n\"a \"\"b\"\"\",25\r\nc,\r\n"),
            input ->
                VideosCsv.read(new ByteArrayInputStream(input), "videos.csv")
                    .forEach(
                        (id, details) -> {
                          assertThat(id).isNotEmpty().isEqualTo(details.videoId());
                          if (details.fps() != null) {
                            assertThat(details.fps()).isFinite().isPositive();
                          }
                        }));
    assertThat(outcomes.accepted()).isPositive();
  }

  @Test
  void studies() throws InterruptedException {
    Fuzzing.Outcomes outcomes =
        Fuzzing.run(
            "study",
            2 * INPUTS,
            texts(
                "name: a-study\ntitle: 'A study'\nseeds: [0, 1, 2]\nbase:\n  eta: 0.5\nvariants:\n"
                    + "  - name: one\n    set: {beta: 0.2}\n    paper: 80.65\n"
                    + "  - name: two\n    grid:\n      eta: [0.5, 1]\n      window: [1, 3, 5]\n",
                "name: b\n"
                    + "seeds: [7]\n"
                    + "train_split: train\n"
                    + "variants:\n"
                    + "- name: x\n"
                    + "  score: detector\n"),
            input -> {
              Study study =
                  StudyFile.parse(new String(input, StandardCharsets.UTF_8), "study.yaml").study();
              assertThat(study.seeds()).isNotEmpty().doesNotHaveDuplicates();
              assertThat(study.variants()).isNotEmpty();
            });
    assertThat(outcomes.accepted()).isPositive();
  }
}
