package org.c2fpl.method.evaluation;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * The part of the footage that a frame's video belongs to.
 *
 * @param anomalous whether any frame of the video is
 * @param videoClass the class of an anomalous video; null if it has none
 */
public record VideoKind(boolean anomalous, @Nullable String videoClass) implements Serializable {
  /** Videos without an anomalous frame, of any class. */
  public static final VideoKind NORMAL = new VideoKind(false, null);

  public VideoKind {
    if (!anomalous && videoClass != null) {
      throw new IllegalArgumentException("normal videos of class " + videoClass);
    }
  }
}
