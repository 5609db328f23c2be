package org.c2fpl.export;

import java.util.Locale;

/** A format of files. */
public enum ExportFormat {
  /** RFC 4180 with a header, UTF-8. */
  CSV,
  /** JSON Lines: an object a line. */
  JSONL,
  /** WebVTT chapters, a file a video. */
  WEBVTT;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
