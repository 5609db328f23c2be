package org.c2fpl.detector;

/** The rule that turns the gradient into a step. */
public enum Optimizer {
  /** Stochastic gradient descent without momentum. */
  SGD("sgd"),
  /** With Nesterov's momentum, see {@link NesterovSgd}. */
  NESTEROV("nesterov");

  private final String text;

  Optimizer(String text) {
    this.text = text;
  }

  /** The name on the command line and in manifests. */
  @Override
  public String toString() {
    return text;
  }
}
