package org.c2fpl.errors;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Recognises a Java process that ran out of memory. Its limit is a setting, so trying again does
 * not help: exit code 65.
 */
public final class OutOfMemory {
  /** The text of a task's error: Spark may not have been able to send the error itself. */
  private static final Pattern IN_TEXT =
      Pattern.compile("java\\.lang\\.OutOfMemoryError(?:: ([^\\n]*))?");

  /** The machine of a task, in Spark's text of its failure; the driver where Spark is local. */
  private static final Pattern EXECUTOR =
      Pattern.compile("\\(TID \\d+\\) \\((\\S+) executor (?!driver)([^)]+)\\)");

  private OutOfMemory() {}

  /** The user's error if a process ran out of memory. */
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

  /** The user's error for the driver, with the reason that Java gives. */
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
        + ", then give the same command again: finished work is kept.";
  }
}
