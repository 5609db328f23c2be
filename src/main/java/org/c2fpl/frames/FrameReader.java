package org.c2fpl.frames;

import java.io.Closeable;
import java.io.IOException;

/** Reads single frames of one video. */
public interface FrameReader extends Closeable {

  /**
   * One frame as a JPEG.
   *
   * @param frame from 0
   * @param width of the picture, in pixels; its height keeps the video's proportions
   * @throws IOException if the video has no such frame, or it cannot be decoded
   */
  byte[] jpeg(long frame, int width) throws IOException;
}
