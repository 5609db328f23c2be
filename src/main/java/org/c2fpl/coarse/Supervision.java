package org.c2fpl.coarse;

/** Which labels of the training videos are known. */
public enum Supervision {
  /** No label is known. */
  UNSUPERVISED("unsupervised"),
  /** Every label is known; nothing is clustered. */
  WEAK("weak"),
  /** Some labels are known and guide the others. */
  PARTIAL("partial"),
  /** No label is known, and a random half of the videos is anomalous: a yardstick. */
  RANDOM("random");

  private final String text;

  Supervision(String text) {
    this.text = text;
  }

  /** Whether labels are read from {@code annotations}. */
  public boolean readsLabels() {
    return this == WEAK || this == PARTIAL;
  }

  /** The name on the command line and in manifests. */
  @Override
  public String toString() {
    return text;
  }
}
