package org.c2fpl.export;

import java.io.IOException;
import java.io.Writer;
import java.util.Locale;

/**
 * A WebVTT file of chapters, one cue per detection: one line of text without markup, ascending
 * times, and no overlaps, as <a href="https://www.w3.org/TR/webvtt1/">WebVTT</a> requires of
 * chapters.
 */
final class Chapters {
  private static final char LF = '\n';

  private final Writer out;
  private long end;
  private int cues;

  Chapters(Writer out, String videoId) throws IOException {
    this.out = out;
    out.append("WEBVTT").append(LF).append(LF);
    out.append("NOTE Detections in ").append(escaped(videoId)).append(LF);
  }

  /** Appends a cue; cues must come in the order of their starts. */
  void add(double startSeconds, double endSeconds, String text) throws IOException {
    // Rounded to milliseconds, neighbours could overlap and short cues could be empty.
    long from = Math.max(end, Math.round(startSeconds * 1000));
    end = Math.max(from + 1, Math.round(endSeconds * 1000));
    cues++;
    out.append(LF).append(Integer.toString(cues)).append(LF);
    out.append(time(from)).append(" --> ").append(time(end)).append(LF);
    out.append(escaped(text)).append(LF);
  }

  int cues() {
    return cues;
  }

  /** {@code 01:02:03.456}; hours have more digits if necessary. */
  static String time(long millis) {
    return String.format(
        Locale.ROOT,
        "%02d:%02d:%02d.%03d",
        millis / 3_600_000,
        millis / 60_000 % 60,
        millis / 1000 % 60,
        millis % 1000);
  }

  /** One line without markup and arrows. */
  static String escaped(String text) {
    return text.replaceAll("\\p{Cntrl}+", " ")
        .replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;");
  }
}
