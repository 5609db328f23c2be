package org.c2fpl.frames;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
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
    return FrameReaders.ofThisBuild().orElseThrow().open(new FileBytes(file));
  }

  /** A local file. */
  private static final class FileBytes extends VideoBytes {
    private final RandomAccessFile file;

    FileBytes(Path path) throws IOException {
      super(Files.size(path));
      this.file = new RandomAccessFile(path.toFile(), "r");
    }

    @Override
    protected long position() throws IOException {
      return file.getFilePointer();
    }

    @Override
    protected void seek(long position) throws IOException {
      file.seek(position);
    }

    @Override
    public int read() throws IOException {
      return file.read();
    }

    @Override
    public int read(byte[] bytes, int from, int length) throws IOException {
      return file.read(bytes, from, length);
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }
}
