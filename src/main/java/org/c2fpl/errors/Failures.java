package org.c2fpl.errors;

import java.util.Optional;

/** Finds what a failure means to the user under the layers that Spark wraps around a task's. */
public final class Failures {
  private Failures() {}

  /**
   * What a full disk or heap, lost infrastructure, a damaged file or a file system's refusal among
   * the causes means; or the first exception among them that says so by its class. Empty for a
   * fault of ours.
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
      // First, since a file that no server gives looks missing or damaged to whoever reads it. But
      // an executor may be lost by a full disk or heap.
      Optional<InfrastructureException> lost = LostInfrastructure.among(failure);
      if (lost.isPresent()) {
        return lost.map(RuntimeException.class::cast);
      }
    }
    // Spark names the file that it read, whatever the fault; a refusal is no damage.
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
