package org.c2fpl.detector;

/** How the averaging of workers changes the given learning rate. */
public enum LearningRateRule {
  /**
   * The given rate times the number of workers. The average of W workers, each with a W-th of the
   * data, moves about W times less in an epoch; this compensates for it.
   */
  LINEAR("linear") {
    @Override
    public double rate(double given, int workers) {
      return given * workers;
    }
  },
  /** The given rate. */
  FIXED("fixed") {
    @Override
    public double rate(double given, int workers) {
      return given;
    }
  };

  private final String text;

  LearningRateRule(String text) {
    this.text = text;
  }

  public abstract double rate(double given, int workers);

  /** The name on the command line and in manifests. */
  @Override
  public String toString() {
    return text;
  }
}
