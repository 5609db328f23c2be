package org.c2fpl.frames;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacv.FFmpegFrameRecorder;
import org.bytedeco.javacv.Java2DFrameConverter;

/** Videos whose grey level tells the frame. */
final class GreyVideo {
  private static final int WIDTH = 320;
  private static final int HEIGHT = 240;

  private GreyVideo() {}

  /**
   * Writes one, with a key frame every two seconds as cameras do.
   *
   * @param step frames until the next level
   */
  static Path write(Path file, int frames, int step) throws IOException {
    avutil.av_log_set_level(avutil.AV_LOG_ERROR);
    BufferedImage image = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_3BYTE_BGR);
    try (FFmpegFrameRecorder recorder = new FFmpegFrameRecorder(file.toFile(), WIDTH, HEIGHT);
        Java2DFrameConverter converter = new Java2DFrameConverter()) {
      recorder.setVideoCodec(avcodec.AV_CODEC_ID_MPEG4);
      recorder.setFrameRate(25);
      recorder.setGopSize(50);
      recorder.start();
      Graphics2D graphics = image.createGraphics();
      for (int f = 0; f < frames; f++) {
        graphics.setColor(new Color(f / step, f / step, f / step));
        graphics.fillRect(0, 0, WIDTH, HEIGHT);
        recorder.record(converter.convert(image));
      }
      graphics.dispose();
    }
    return file;
  }
}
