package org.c2fpl.detector;

/** How the learning rate follows from the given one when workers are averaged. */
public enum LearningRateRule {
  /**
   * The given rate times the number of workers. The average of W workers that see a W-th of the
   * data each moves about W times less an epoch; this makes up for it.
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
