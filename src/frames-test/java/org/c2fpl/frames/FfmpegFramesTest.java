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
import javax.imageio.ImageIO;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Frames of a video whose every frame has its number as its grey level. */
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
      // Neighbours differ by one level; three is what the two codecs lose.
      assertThat((double) new Color(image.getRGB(80, 60)).getGreen()).isCloseTo(frame, within(3.0));
    }
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
    return FrameReaders.ofThisBuild()
        .orElseThrow()
        .open(HadoopVideo.open(file.toUri().toString(), new Configuration()));
  }
}
