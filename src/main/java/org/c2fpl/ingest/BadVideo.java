package org.c2fpl.ingest;

import java.io.Serializable;
import java.util.Comparator;

/**
 * A video that cannot be ingested.
 *
 * @param videoId null where the video has no usable id
 * @param file path of the file at fault
 * @param reason a complete message: what cannot be done, the finding, what to do
 */
public record BadVideo(String videoId, String file, String reason) implements Serializable {
  public static final Comparator<BadVideo> ORDER =
      Comparator.comparing(BadVideo::file)
          .thenComparing(BadVideo::videoId, Comparator.nullsFirst(Comparator.naturalOrder()))
          .thenComparing(BadVideo::reason);
}
