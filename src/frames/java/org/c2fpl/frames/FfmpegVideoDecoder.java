package org.c2fpl.frames;

import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.stream.LongStream;
import javax.imageio.ImageIO;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacv.FFmpegFrameGrabber;
import org.bytedeco.javacv.Frame;
import org.bytedeco.javacv.FrameGrabber;
import org.bytedeco.javacv.Java2DFrameConverter;

/** Decodes with FFmpeg, through JavaCV. */
public final class FfmpegVideoDecoder implements VideoDecoder {
  /** Bytes over which the reader may jump back: all, since jumps cost nothing. */
  private static final int ANYWHERE = Integer.MAX_VALUE - 8;

  /** Opens no window and writes nothing to standard error. */
  public FfmpegVideoDecoder() {
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
    try {
      return new Reader(grabber);
    } catch (IOException e) {
      grabber.close();
      throw e;
    }
  }

  /**
   * Finds a frame by its number among the time stamps of all frames: a rate would be wrong if the
   * time between frames varies. For this the file is read once, without decoding.
   *
   * <p>Memory: 8 bytes per frame.
   */
  private static final class Reader implements FrameReader {
    private final FFmpegFrameGrabber grabber;

    /** The time of each frame in JavaCV's microseconds. */
    private final long[] times;

    Reader(FFmpegFrameGrabber grabber) throws IOException {
      this.grabber = grabber;
      this.times = times();
    }

    private long[] times() throws IOException {
      AVFormatContext container = grabber.getFormatContext();
      int video = 0;
      while (container.streams(video).codecpar().codec_type() != avutil.AVMEDIA_TYPE_VIDEO) {
        video++;
      }
      AVRational unit = container.streams(video).time_base();
      LongStream.Builder shown = LongStream.builder();
      for (AVPacket packet = grabber.grabPacket(); packet != null; packet = grabber.grabPacket()) {
        // Containers without a display order (AVI) have only the decoding order.
        long time = packet.pts() == avutil.AV_NOPTS_VALUE ? packet.dts() : packet.pts();
        boolean cutAway = (packet.flags() & avcodec.AV_PKT_FLAG_DISCARD) != 0;
        if (packet.stream_index() == video && !cutAway) {
          shown.add(1_000_000L * time * unit.num() / unit.den());
        }
        avcodec.av_packet_unref(packet);
      }
      // Decoding runs ahead of display.
      return shown.build().sorted().toArray();
    }

    /** The image at a time; null if there is none. */
    private Frame image(long time) throws IOException {
      Frame image = firstFrom(time, time);
      // With a poor container index, a jump may end after its target.
      return image != null && image.timestamp == time ? image : firstFrom(times[0], time);
    }

    private Frame firstFrom(long jump, long time) throws IOException {
      long start = grabber.getFormatContext().start_time();
      grabber.setTimestamp(jump - (start == avutil.AV_NOPTS_VALUE ? 0 : start));
      Frame image = grabber.grabImage();
      while (image != null && image.timestamp < time) {
        image = grabber.grabImage();
      }
      return image;
    }

    @Override
    public byte[] jpeg(long frame, int width) throws IOException {
      if (frame >= times.length) {
        throw new IOException("it has " + times.length + " frames, none of number " + frame);
      }
      Frame image = image(times[Math.toIntExact(frame)]);
      if (image == null) {
        throw new IOException("its frame " + frame + " cannot be decoded");
      }
      try (Java2DFrameConverter converter = new Java2DFrameConverter()) {
        return jpeg(scaled(converter.convert(image), width));
      }
    }

    private static BufferedImage scaled(BufferedImage image, int width) {
      int height = Math.max(1, Math.round((float) width * image.getHeight() / image.getWidth()));
      // Without alpha, which JPEG lacks.
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
      ImageIO.setUseCache(false); // In memory, without cache files.
      if (!ImageIO.write(image, "jpeg", bytes)) {
        throw new IOException("this JVM cannot write JPEG");
      }
      return bytes.toByteArray();
    }

    @Override
    public void close() throws IOException {
      grabber.close();
    }
  }
}
