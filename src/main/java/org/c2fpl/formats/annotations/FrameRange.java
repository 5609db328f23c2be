package org.c2fpl.formats.annotations;

/** Frames {@code start} (0-based) up to, not including, {@code end}. */
public record FrameRange(long start, long end) {
  /**
   * @throws IllegalArgumentException for a negative start or an end that is not after the start
   */
  public FrameRange {
    if (start < 0 || end <= start) {
      throw new IllegalArgumentException("No frame range: " + start + " to " + end);
    }
  }
}
