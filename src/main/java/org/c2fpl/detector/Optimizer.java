package org.c2fpl.detector;

/** How a step follows from the gradient. */
public enum Optimizer {
  /** Stochastic gradient descent without momentum. */
  SGD,
  /** With Nesterov's momentum, see {@link NesterovSgd}. */
  NESTEROV
}
