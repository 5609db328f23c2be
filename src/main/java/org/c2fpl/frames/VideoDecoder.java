package org.c2fpl.frames;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.util.Optional;

/** Opens videos. */
@FunctionalInterface
public interface VideoDecoder {
  /** Exists only in builds with the profile {@code frames}. */
  String DECODER = "org.c2fpl.frames.FfmpegVideoDecoder";

  /**
   * Opens a video.
   *
   * @throws IOException if it cannot be decoded
   */
  FrameReader open(VideoBytes video) throws IOException;

  /** The decoder of this build; empty if it has none. */
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
        return Optional.empty(); // A class left over from another build, without its dependencies.
      }
      throw new IllegalStateException(e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }
}
