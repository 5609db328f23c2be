package org.c2fpl.method.statistics;

import java.io.Serializable;

/**
 * Counts the segments at the end of a video with the same number. Segments may come in any order
 * and any tree of merges; O(1) memory.
 */
public final class EqualTail implements Serializable {
  private static final long serialVersionUID = 1L;

  private int last = -1;
  private double number;

  /** The last segment whose number differs from that of the final segment; −1 for none. */
  private int lastOther = -1;

  /** Adds a segment. */
  public void add(int index, double its) {
    if (index > last) {
      lastOther = its == number ? lastOther : last;
      last = index;
      number = its;
    } else if (its != number) {
      lastOther = Math.max(lastOther, index);
    }
  }

  /** Adds all segments of another one. */
  public void merge(EqualTail other) {
    if (other.last > last) {
      lastOther =
          other.number == number
              ? Math.max(lastOther, other.lastOther)
              : Math.max(last, other.lastOther);
      last = other.last;
      number = other.number;
    } else {
      lastOther = Math.max(lastOther, other.number == number ? other.lastOther : other.last);
    }
  }

  /** The number of equal segments at the end: at least 1 in any video. */
  public int length() {
    return last - lastOther;
  }
}
