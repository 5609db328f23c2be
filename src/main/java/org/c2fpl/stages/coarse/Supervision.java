package org.c2fpl.stages.coarse;

import java.util.Locale;

/** What is known of the training videos' labels. */
public enum Supervision {
  /** Nothing. */
  UNSUPERVISED,
  /** Every video's label: nothing is clustered. */
  WEAK,
  /** Some videos' labels, which steer the others'. */
  PARTIAL,
  /** Nothing, and half of the videos are drawn: a yardstick. */
  RANDOM;

  /** Whether labels are read from {@code annotations}. */
  public boolean readsLabels() {
    return this == WEAK || this == PARTIAL;
  }

  /** The name on the command line. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
