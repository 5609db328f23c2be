package org.c2fpl.stages;

import java.util.Optional;
import org.c2fpl.errors.DataException;
import org.c2fpl.errors.UsageException;

/** Finds the user's error under the layers that Spark wraps around a task's failure. */
public final class Failures {
  private Failures() {}

  /**
   * The first {@link DataException} or {@link UsageException} among the causes, or what a full disk
   * or a damaged file among them means to the user.
   */
  public static Optional<RuntimeException> usersError(Throwable failure) {
    return ownError(failure).or(() -> FullDisk.among(failure)).or(() -> DamagedFile.among(failure));
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
