package org.c2fpl.method.evaluation;

/** What to do with frames after a video's last segment. */
public enum TailPolicy {
  /** They have the last segment's score. */
  REPEAT("repeat"),
  /** They are not evaluated. */
  DROP("drop");

  private final String optionName;

  TailPolicy(String optionName) {
    this.optionName = optionName;
  }

  /** The name on the command line. */
  @Override
  public String toString() {
    return optionName;
  }
}
