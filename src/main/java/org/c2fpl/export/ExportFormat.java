package org.c2fpl.export;

import java.util.Locale;

/** A format of files. */
public enum ExportFormat {
  /** RFC 4180 with a header, UTF-8. */
  CSV,
  /** JSON Lines: one object per line. */
  JSONL,
  /** WebVTT chapters, one file per video. */
  WEBVTT;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
