package org.c2fpl.frames;

import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import javax.imageio.ImageIO;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacv.FFmpegFrameGrabber;
import org.bytedeco.javacv.Frame;
import org.bytedeco.javacv.FrameGrabber;
import org.bytedeco.javacv.Java2DFrameConverter;

/** Decodes with FFmpeg, through JavaCV. */
public final class FfmpegFrameReaders implements FrameReaders {
  /** Bytes that may be jumped back over: all, since jumps are free. */
  private static final int ANYWHERE = Integer.MAX_VALUE - 8;

  /** Neither a window is opened nor a word written on standard error. */
  public FfmpegFrameReaders() {
    System.setProperty("java.awt.headless", "true");
    avutil.av_log_set_level(avutil.AV_LOG_QUIET);
  }

  @Override
  public FrameReader open(VideoBytes video) throws IOException {
    FFmpegFrameGrabber grabber = new FFmpegFrameGrabber(video, ANYWHERE);
    try {
      grabber.start();
    } catch (FrameGrabber.Exception e) {
      grabber.close();
      throw e;
    }
    if (!grabber.hasVideo()) {
      grabber.close();
      throw new IOException("it holds no video");
    }
    return new Reader(grabber);
  }

  private static final class Reader implements FrameReader {
    private final FFmpegFrameGrabber grabber;

    Reader(FFmpegFrameGrabber grabber) {
      this.grabber = grabber;
    }

    @Override
    public byte[] jpeg(long frame, int width) throws IOException {
      int frames = grabber.getLengthInVideoFrames();
      if (frames > 0 && frame >= frames) {
        throw new IOException("it has " + frames + " frames, none of number " + frame);
      }
      grabber.setVideoFrameNumber(Math.toIntExact(frame));
      Frame image = grabber.grabImage();
      if (image == null) {
        throw new IOException("its frame " + frame + " cannot be decoded");
      }
      try (Java2DFrameConverter converter = new Java2DFrameConverter()) {
        return jpeg(scaled(converter.convert(image), width));
      }
    }

    private static BufferedImage scaled(BufferedImage image, int width) {
      int height = Math.max(1, Math.round((float) width * image.getHeight() / image.getWidth()));
      // No alpha, which JPEG has not.
      BufferedImage scaled = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
      Graphics2D graphics = scaled.createGraphics();
      graphics.setRenderingHint(
          RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
      graphics.drawImage(image, 0, 0, width, height, null);
      graphics.dispose();
      return scaled;
    }

    private static byte[] jpeg(BufferedImage image) throws IOException {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      ImageIO.setUseCache(false); // No files beside the memory.
      if (!ImageIO.write(image, "jpeg", bytes)) {
        throw new IOException("this JVM writes no JPEG");
      }
      return bytes.toByteArray();
    }

    @Override
    public void close() throws IOException {
      grabber.close();
    }
  }
}
