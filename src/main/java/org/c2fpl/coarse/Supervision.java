package org.c2fpl.coarse;

/** What is known of the training videos' labels. */
public enum Supervision {
  /** Nothing. */
  UNSUPERVISED("unsupervised"),
  /** Every video's label: nothing is clustered. */
  WEAK("weak"),
  /** Some videos' labels, which steer the others'. */
  PARTIAL("partial"),
  /** Nothing, and half of the videos are drawn: a yardstick. */
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
