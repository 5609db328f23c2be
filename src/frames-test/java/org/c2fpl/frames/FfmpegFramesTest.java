package org.c2fpl.frames;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.apache.hadoop.conf.Configuration;
import org.bytedeco.ffmpeg.global.avutil;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Frames of a video in which the grey level of a frame is its number. */
class FfmpegFramesTest {
  private static final int FRAMES = 200;

  @TempDir static Path folder;

  static Path video;

  @BeforeAll
  static void make() throws IOException {
    video = GreyVideo.write(folder.resolve("grey.mp4"), FRAMES, 1);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 8, 120, 121, 199})
  void readsTheVeryFrame(long frame) throws IOException {
    try (FrameReader reader = open(video)) {
      BufferedImage image = ImageIO.read(new ByteArrayInputStream(reader.jpeg(frame, 160)));

      assertThat(image.getWidth()).isEqualTo(160);
      assertThat(image.getHeight()).isEqualTo(120);
      // Neighbours differ by one level; the two codecs lose three.
      assertThat((double) new Color(image.getRGB(80, 60)).getGreen()).isCloseTo(frame, within(3.0));
    }
  }

  /** Gaps of 1, 2, 3, 30 and 1 frames, so the mean rate gives no frame. */
  @ParameterizedTest
  @CsvSource({"mp4, 0", "mp4, 2", "mkv, 0", "mkv, 2", "avi, 0"})
  void readsTheVeryFrameWhereTheRateVaries(String container, int ahead) throws IOException {
    long[] gaps = {0, 1, 3, 6, 36};
    Path varying =
        GreyVideo.write(
            folder.resolve("varying-" + ahead + "." + container),
            60,
            frame -> 4 * frame,
            ahead,
            frame -> frame / 5 * 37 + gaps[(int) (frame % 5)]);
    try (FrameReader reader = open(varying)) {
      List<Integer> wanted = new ArrayList<>();
      List<Integer> found = new ArrayList<>();
      // Forth, then back.
      for (int f = 0; f < 120; f++) {
        wanted.add(f < 60 ? f : 119 - f);
        BufferedImage image =
            ImageIO.read(new ByteArrayInputStream(reader.jpeg(wanted.get(f), 160)));
        // The two codecs lose up to two levels.
        found.add(Math.round((new Color(image.getRGB(80, 60)).getGreen() + 1) / 4f));
      }
      assertThat(found).isEqualTo(wanted);
      assertThatThrownBy(() -> reader.jpeg(60, 160))
          .hasMessage("it has 60 frames, none of number 60");
    }
  }

  /** The statements of docs/report.md and NOTICE about it. */
  @Test
  void ffmpegIsBuiltUnderTheLesserLicence() {
    assertThat(avutil.avutil_license().getString()).isEqualTo("LGPL version 3 or later");
    assertThat(avutil.avutil_configuration().getString())
        .contains("--enable-version3")
        .doesNotContain("--enable-gpl", "--enable-nonfree");
  }

  @Test
  void goesBackAndForth() throws IOException {
    try (FrameReader reader = open(video)) {
      byte[] first = reader.jpeg(150, 64);
      reader.jpeg(10, 64);

      assertThat(reader.jpeg(150, 64)).isEqualTo(first);
    }
  }

  @Test
  void aFrameBehindTheEndIsNamed() throws IOException {
    try (FrameReader reader = open(video)) {
      assertThatThrownBy(() -> reader.jpeg(FRAMES, 160))
          .isInstanceOf(IOException.class)
          .hasMessage("it has 200 frames, none of number 200");
    }
  }

  @Test
  void whatIsNoVideoIsRefused() throws IOException {
    Path text = Files.writeString(folder.resolve("text.mp4"), "no video at all");

    assertThatThrownBy(() -> open(text)).isInstanceOf(IOException.class);
  }

  private static FrameReader open(Path file) throws IOException {
    return VideoDecoder.ofThisBuild()
        .orElseThrow()
        .open(HadoopVideo.open(file.toUri().toString(), new Configuration()));
  }
}
