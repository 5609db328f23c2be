package org.c2fpl.segments;

import java.util.Arrays;
import java.util.Iterator;
import org.c2fpl.errors.DataException;

/**
 * One whole video after the other of a partition's runs, sorted as {@link RowRuns#byVideo} does.
 * Holds the numbers of one video, and up to twice that while it grows.
 *
 * @param <T> the runs
 */
public final class VideoRuns<T extends SegmentRun> {
  private final Iterator<T> runs;
  private final int width;
  private final String what;
  private final String whatToDo;

  /** The first run of the next video; null at the end of the partition. */
  private T pending;

  private T first;
  private double[] numbers = new double[256];
  private int length;

  /**
   * @param width numbers of a segment
   * @param what the start of the message about a missing segment: {@code Cannot label video}
   * @param whatToDo its end
   */
  public VideoRuns(Iterator<T> runs, int width, String what, String whatToDo) {
    this.runs = runs;
    this.width = width;
    this.what = what;
    this.whatToDo = whatToDo;
    this.pending = runs.hasNext() ? runs.next() : null;
  }

  /** Whether there is another video. */
  public boolean hasNext() {
    return pending != null;
  }

  /**
   * Advances to the next video.
   *
   * @throws DataException if one of its segments is missing or occurs twice
   */
  public void load() {
    first = pending;
    length = 0;
    while (pending != null && pending.getVideoId().equals(first.getVideoId())) {
      if (pending.getFirst() != length) {
        throw new DataException(
            what
                + " "
                + first.getVideoId()
                + ": its segment "
                + length
                + " is missing or occurs twice (found segment_index "
                + pending.getFirst()
                + "). "
                + whatToDo);
      }
      add(pending.getNumbers());
      pending = runs.hasNext() ? runs.next() : null;
    }
  }

  private void add(double[] more) {
    int filled = length * width;
    int all = Math.addExact(filled, more.length);
    if (all > numbers.length) {
      numbers = Arrays.copyOf(numbers, Math.max(all, (int) Math.min(2L * filled, 1 << 30)));
    }
    System.arraycopy(more, 0, numbers, filled, more.length);
    length = all / width;
  }

  /** The video's first run. */
  public T first() {
    return first;
  }

  public String videoId() {
    return first.getVideoId();
  }

  /** The number of segments of the video, m. */
  public int length() {
    return length;
  }

  /** A number of a segment. */
  public double number(int segment, int which) {
    return numbers[segment * width + which];
  }

  /** One number of every segment. */
  public double[] column(int which) {
    double[] column = new double[length];
    for (int j = 0; j < length; j++) {
      column[j] = number(j, which);
    }
    return column;
  }
}
