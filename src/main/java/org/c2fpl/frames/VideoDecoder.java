package org.c2fpl.frames;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.util.Optional;

/** Opens videos. */
@FunctionalInterface
public interface VideoDecoder {
  /** Part of the build with the profile {@code frames} only. */
  String DECODER = "org.c2fpl.frames.FfmpegVideoDecoder";

  /**
   * Opens a video.
   *
   * @throws IOException if it is none that can be decoded
   */
  FrameReader open(VideoBytes video) throws IOException;

  /** What this build decodes videos with; empty if it was made without. */
  static Optional<VideoDecoder> ofThisBuild() {
    try {
      return Optional.of(
          (VideoDecoder)
              Class.forName(DECODER, true, VideoDecoder.class.getClassLoader())
                  .getDeclaredConstructor()
                  .newInstance());
    } catch (ClassNotFoundException | LinkageError notBuilt) {
      return Optional.empty();
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof LinkageError) {
        return Optional.empty(); // Left over from another build, without what it needs.
      }
      throw new IllegalStateException(e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }
}
