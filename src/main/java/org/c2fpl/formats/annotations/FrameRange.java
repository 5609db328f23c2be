package org.c2fpl.formats.annotations;

/**
 * Frames {@code start} (0-based) up to, not including, {@code end}.
 *
 * @throws IllegalArgumentException for a negative start or an end that is not behind the start
 */
public record FrameRange(long start, long end) {
  public FrameRange {
    if (start < 0 || end <= start) {
      throw new IllegalArgumentException("No frame range: " + start + " to " + end);
    }
  }
}
