package org.c2fpl.errors;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Memory that a Java process ran out of. How much it may have is a setting, so trying the same
 * again does not help: exit code 65.
 */
public final class OutOfMemory {
  /** Of a task, by its text: Spark may not have been able to send the error itself. */
  private static final Pattern IN_TEXT =
      Pattern.compile("java\\.lang\\.OutOfMemoryError(?:: ([^\\n]*))?");

  /** The machine of a task, in Spark's text of its failure; the driver where Spark is local. */
  private static final Pattern EXECUTOR =
      Pattern.compile("\\(TID \\d+\\) \\((\\S+) executor (?!driver)([^)]+)\\)");

  private OutOfMemory() {}

  /** What to do about a failure, if a process ran out of memory. */
  public static Optional<DataException> among(Throwable failure) {
    for (Throwable cause : Causes.of(failure)) {
      Matcher found = IN_TEXT.matcher(cause.toString());
      if (found.find()) {
        Matcher executor = EXECUTOR.matcher(String.valueOf(cause.getMessage()));
        return Optional.of(
            new DataException(
                executor.find()
                    ? message(
                        "executor " + executor.group(2) + " on " + executor.group(1),
                        found.group(1),
                        "Raise spark.executor.memory")
                    : ofDriver(found.group(1)),
                failure));
      }
    }
    return Optional.empty();
  }

  /** What to do about the driver's, for a reason that Java gives. */
  static String ofDriver(String reason) {
    return message(
        "the driver",
        reason,
        "Raise C2FPL_DRIVER_MEMORY, or spark.driver.memory with spark-submit, above "
            + (Runtime.getRuntime().maxMemory() >> 20)
            + "m");
  }

  private static String message(String process, String reason, String toDo) {
    return "Cannot go on: "
        + process
        + " ran out of memory"
        + (reason == null || reason.isBlank() ? "" : " (" + reason.strip() + ")")
        + ". "
        + toDo
        + ", then give the same command again: what is complete is kept.";
  }
}
