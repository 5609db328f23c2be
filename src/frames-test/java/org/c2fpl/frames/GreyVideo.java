package org.c2fpl.frames;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.IntUnaryOperator;
import java.util.function.LongUnaryOperator;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacv.FFmpegFrameRecorder;
import org.bytedeco.javacv.Java2DFrameConverter;

/** Videos whose grey level identifies the frame. */
final class GreyVideo {
  private static final int WIDTH = 320;
  private static final int HEIGHT = 240;

  private GreyVideo() {}

  /**
   * Writes a video with a key frame every two seconds, like cameras.
   *
   * @param step frames until the next level
   */
  static Path write(Path file, int frames, int step) throws IOException {
    return write(file, frames, frame -> frame / step, 0, frame -> frame);
  }

  /**
   * Writes a video of any rate.
   *
   * @param level the grey of a frame
   * @param ahead frames that may be decoded after a frame that is shown later
   * @param ticks the time of a frame, in 25ths of a second
   */
  static Path write(
      Path file, int frames, IntUnaryOperator level, int ahead, LongUnaryOperator ticks)
      throws IOException {
    avutil.av_log_set_level(avutil.AV_LOG_ERROR);
    BufferedImage image = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_3BYTE_BGR);
    try (FFmpegFrameRecorder recorder = new FFmpegFrameRecorder(file.toFile(), WIDTH, HEIGHT);
        Java2DFrameConverter converter = new Java2DFrameConverter()) {
      recorder.setVideoCodec(avcodec.AV_CODEC_ID_MPEG4);
      recorder.setFrameRate(25);
      recorder.setGopSize(50);
      recorder.setMaxBFrames(ahead);
      recorder.start();
      Graphics2D graphics = image.createGraphics();
      for (int f = 0; f < frames; f++) {
        int grey = level.applyAsInt(f);
        graphics.setColor(new Color(grey, grey, grey));
        graphics.fillRect(0, 0, WIDTH, HEIGHT);
        recorder.setTimestamp(ticks.applyAsLong(f) * 40_000);
        recorder.record(converter.convert(image));
      }
      graphics.dispose();
    }
    return file;
  }
}
