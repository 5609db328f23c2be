package org.c2fpl.stages;

import java.util.Optional;
import org.c2fpl.errors.DataException;
import org.c2fpl.errors.UsageException;
import org.c2fpl.workspace.FileFaults;

/** Finds the user's error under the layers that Spark wraps around a task's failure. */
public final class Failures {
  private Failures() {}

  /**
   * The first {@link DataException} or {@link UsageException} among the causes; where there is
   * none, what a file system refused, as a {@link DataException}.
   */
  public static Optional<RuntimeException> usersError(Throwable failure) {
    Throwable cause = failure;
    for (int depth = 0; cause != null && depth < 50; depth++, cause = cause.getCause()) {
      if (cause instanceof DataException || cause instanceof UsageException) {
        return Optional.of((RuntimeException) cause);
      }
    }
    return FileFaults.explain(failure).map(RuntimeException.class::cast);
  }
}
