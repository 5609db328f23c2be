package org.c2fpl.stages;

import java.util.Optional;
import org.c2fpl.errors.Causes;
import org.c2fpl.errors.DataException;
import org.c2fpl.errors.UsageException;
import org.c2fpl.workspace.FileFaults;

/** Finds the user's error under the layers that Spark wraps around a task's failure. */
public final class Failures {
  private Failures() {}

  /**
   * The first {@link DataException} or {@link UsageException} among the causes; where there is
   * none, what a full disk, a damaged file or a file system's refusal among them means to the user.
   */
  public static Optional<RuntimeException> usersError(Throwable failure) {
    return ownError(failure)
        .or(() -> FullDisk.among(failure))
        .or(() -> DamagedFile.among(failure))
        .or(() -> FileFaults.explain(failure).map(RuntimeException.class::cast));
  }

  private static Optional<RuntimeException> ownError(Throwable failure) {
    for (Throwable cause : Causes.of(failure)) {
      if (cause instanceof DataException || cause instanceof UsageException) {
        return Optional.of((RuntimeException) cause);
      }
    }
    return Optional.empty();
  }
}
