package org.c2fpl.method.fine;

import java.util.Locale;

/** What makes a segment of the training footage anomalous. */
public enum SegmentLabels {
  /** It lies in its anomalous video's window (Alg. 1, lines 19 and 20). */
  WINDOW,
  /** Its p-value lies below α, in an anomalous video. */
  THRESHOLD,
  /** Its video is anomalous. */
  VIDEO,
  /** A draw among all segments, as many as the windows would have: a yardstick. */
  RANDOM,
  /** Its target, half the window and half the smoothed statistic's rank, exceeds a half. */
  SOFT,
  /** Its target, from the smoothed statistic's rank alone, exceeds a half in an anomalous video. */
  SOFT_RANK;

  /** The name on the command line. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Whether it gives targets between 0 and 1. */
  public boolean soft() {
    return this == SOFT || this == SOFT_RANK;
  }
}
