package org.c2fpl.segments;

import java.util.Arrays;
import java.util.Iterator;
import java.util.NoSuchElementException;

/**
 * Joins consecutive segments of a video to runs, from any source.
 *
 * @param <V> type of a video id in the source; compared by {@code equals}
 */
abstract class JoinedRuns<V> implements Iterator<SegmentRun> {
  /** A run of 64 KB is long enough for a small overhead, and short enough for any buffer. */
  private static final int MOST_NUMBERS = 8192;

  private final double[] numbers = new double[MOST_NUMBERS];
  private boolean begun;
  private boolean pending;

  /** Advances to the next segment; false at the end. */
  abstract boolean advance();

  /** The video of the segment, valid until the next {@link #advance}. */
  abstract V video();

  /** A copy of the video id to keep. */
  abstract V kept(V video);

  abstract int index();

  /** The number of numbers per segment, the same for all. */
  abstract int width();

  /** Writes the segment's numbers. */
  abstract void numbers(double[] to, int at);

  @Override
  public final boolean hasNext() {
    if (!begun) {
      begun = true;
      pending = advance();
    }
    return pending;
  }

  @Override
  public final SegmentRun next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    V video = kept(video());
    int first = index();
    int width = width();
    int segments = 0;
    do {
      numbers(numbers, segments * width);
      segments++;
      pending = advance();
    } while (pending
        && (segments + 1) * width <= MOST_NUMBERS
        && index() == first + segments
        && video().equals(video));
    SegmentRun run = new SegmentRun();
    run.setVideoId(text(video));
    run.setFirst(first);
    run.setNumbers(Arrays.copyOf(numbers, segments * width));
    return run;
  }

  abstract String text(V video);
}
