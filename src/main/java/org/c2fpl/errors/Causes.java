package org.c2fpl.errors;

import java.util.ArrayList;
import java.util.List;

/** A failure and its causes, outermost first. */
public final class Causes {
  private static final int DEEPEST = 50;

  private Causes() {}

  public static List<Throwable> of(Throwable failure) {
    List<Throwable> causes = new ArrayList<>();
    for (Throwable cause = failure;
        cause != null && causes.size() < DEEPEST;
        cause = cause.getCause()) {
      causes.add(cause);
    }
    return causes;
  }
}
