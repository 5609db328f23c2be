package org.c2fpl.method.fine;

/** The rules by which a segment of the training footage is anomalous. */
public enum SegmentLabels {
  /** It is in the window of its anomalous video (Alg. 1, lines 19 and 20). */
  WINDOW("window"),
  /** Its p-value is below α, and its video is anomalous. */
  THRESHOLD("threshold"),
  /** Its video is anomalous. */
  VIDEO("video"),
  /** A random sample of all segments, as many as in the windows: a yardstick. */
  RANDOM("random"),
  /** Its target, half the window and half the smoothed statistic's rank, exceeds a half. */
  SOFT("soft"),
  /** Its target, from the smoothed statistic's rank alone, exceeds a half in an anomalous video. */
  SOFT_RANK("soft-rank");

  private final String text;

  SegmentLabels(String text) {
    this.text = text;
  }

  /** The name on the command line and in manifests. */
  @Override
  public String toString() {
    return text;
  }

  /** Whether it gives targets between 0 and 1. */
  public boolean soft() {
    return this == SOFT || this == SOFT_RANK;
  }
}
