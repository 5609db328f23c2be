package org.c2fpl.errors;

import java.util.Optional;

/**
 * Finds the meaning of a failure for the user among its causes: Spark wraps the failure of a task
 * several times.
 */
public final class Failures {
  private Failures() {}

  /**
   * The user's error for a full disk or heap, lost infrastructure, a damaged file or a refusal of a
   * file system among the causes; else the first cause that is such an error by its class. Empty
   * for a bug in this program.
   */
  public static Optional<RuntimeException> meaning(Throwable failure) {
    Optional<RuntimeException> told = byClass(failure);
    if (told.filter(InfrastructureException.class::isInstance).isPresent()) {
      return told;
    }
    Optional<RuntimeException> full =
        FullDisk.among(failure)
            .or(() -> OutOfMemory.among(failure).map(RuntimeException.class::cast));
    if (full.isEmpty()) {
      // Before the damaged files, since a file that no server delivers looks missing or damaged.
      // After the full disk or heap, which may be why an executor was lost.
      Optional<InfrastructureException> lost = LostInfrastructure.among(failure);
      if (lost.isPresent()) {
        return lost.map(RuntimeException.class::cast);
      }
    }
    // Spark names the file that it read for every fault, and a refusal is not damage.
    return told.or(() -> full)
        .or(() -> FileFaults.explain(failure).map(RuntimeException.class::cast))
        .or(() -> DamagedFile.among(failure));
  }

  private static Optional<RuntimeException> byClass(Throwable failure) {
    for (Throwable cause : Causes.of(failure)) {
      if (cause instanceof DataException
          || cause instanceof UsageException
          || cause instanceof InfrastructureException) {
        return Optional.of((RuntimeException) cause);
      }
    }
    return Optional.empty();
  }
}
