package org.c2fpl.memory;

import java.util.Locale;

/**
 * Whether a need fits a budget.
 *
 * @param found the finding
 * @param toDo how to fix it; null if it fits
 */
public record MemoryVerdict(Fit fit, String found, String toDo) {
  private static final String MAX_BYTES = "org.bytedeco.javacpp.maxbytes";

  /** The role of a process in a stage. */
  public enum Role {
    DRIVER,
    /** A driver that runs the tasks itself. */
    LOCAL,
    EXECUTOR
  }

  /** The levels, from good to bad. */
  public enum Fit {
    FITS,
    /** May be killed or run out of memory if everything that is allowed is used. */
    TIGHT,
    /** Cannot work. */
    IMPOSSIBLE
  }

  /**
   * Judges by these sums; {@code need} is the need of the stage outside the heap in all slots.
   *
   * <ul>
   *   <li>impossible: the heap is smaller than the stage's need there; need &gt; ND4J's limit; heap
   *       + need + 256 MiB for the JVM &gt; a limit beyond which the process is killed
   *   <li>tight: heap + ND4J's limit + 256 MiB &gt; that limit; heap + need &gt; the machine's
   *       memory
   * </ul>
   *
   * @param role of the process
   */
  public static MemoryVerdict of(MemoryNeed need, MemoryBudget budget, Role role) {
    long heap = need.heap(role, budget.slots());
    long offHeap = need.offHeap(budget.slots());
    ContainerLimit container = budget.container();
    String sums =
        String.format(
            Locale.ROOT,
            "%s has a heap of %s and %s for ND4J outside it, of %s in total (%s)",
            budget.process(),
            size(budget.heap()),
            size(budget.offHeap()),
            size(container.bytes()),
            container.source());
    if (heap > budget.heap()) {
      return impossible(
          sums + "; " + need.stage() + " holds " + size(heap) + " on the heap",
          (role == Role.EXECUTOR
                  ? "Raise spark.executor.memory, run fewer tasks per process, or "
                  : "Raise the driver's memory (C2FPL_DRIVER_MEMORY, spark.driver.memory), or ")
              + need.orElse());
    }
    if (offHeap > budget.offHeap()) {
      return impossible(
          sums + "; " + size(offHeap) + " are needed outside it",
          "Raise -D" + MAX_BYTES + ", or run fewer tasks per process");
    }
    long least = sum(budget.heap(), offHeap, MemoryNeed.JVM);
    if (container.hard() && least > container.bytes()) {
      return impossible(
          sums + "; with " + size(offHeap) + " outside it that adds up to " + size(least),
          "Make the heap smaller, or the container (spark.executor.memoryOverhead) larger");
    }
    long most = sum(budget.heap(), budget.offHeap(), MemoryNeed.JVM);
    if (container.hard() && most > container.bytes()) {
      return tight(
          sums + "; it can grow to " + size(most),
          "Set -D" + MAX_BYTES + " to at most " + size(Math.max(0, room(budget))));
    }
    if (!container.hard() && sum(budget.heap(), offHeap) > container.bytes()) {
      return tight(sums, "Make the heap smaller: the machine would swap");
    }
    return new MemoryVerdict(Fit.FITS, sums, null);
  }

  private static long room(MemoryBudget budget) {
    return budget.container().bytes() - budget.heap() - MemoryNeed.JVM;
  }

  private static MemoryVerdict impossible(String found, String toDo) {
    return new MemoryVerdict(Fit.IMPOSSIBLE, found, toDo);
  }

  private static MemoryVerdict tight(String found, String toDo) {
    return new MemoryVerdict(Fit.TIGHT, found, toDo);
  }

  /** The sum, at most {@link Long#MAX_VALUE}. */
  private static long sum(long... summands) {
    long sum = 0;
    for (long summand : summands) {
      sum = summand > Long.MAX_VALUE - sum ? Long.MAX_VALUE : sum + summand;
    }
    return sum;
  }

  /** {@code 512m}, {@code 1.5g}, as settings are written; {@code no limit}. */
  static String size(long bytes) {
    if (bytes == ContainerLimit.UNKNOWN) {
      return "no known limit";
    }
    return bytes < 10L << 30 && bytes % (1L << 30) != 0
        ? ((bytes + (1 << 20) - 1) >> 20) + "m"
        : (bytes >> 30) + "g";
  }
}
