package org.c2fpl.doctor;

/**
 * The result of a check.
 *
 * @param toDo how to fix it; null if nothing is wrong
 */
public record Finding(Severity severity, String subject, String found, String toDo) {

  /** The severity. */
  public enum Severity {
    OK,
    WARNING,
    FAILURE
  }

  static Finding ok(String subject, String found) {
    return new Finding(Severity.OK, subject, found, null);
  }

  static Finding warning(String subject, String found, String toDo) {
    return new Finding(Severity.WARNING, subject, found, toDo);
  }

  static Finding failure(String subject, String found, String toDo) {
    return new Finding(Severity.FAILURE, subject, found, toDo);
  }

  /** The line for people. */
  public String line() {
    String mark =
        switch (severity) {
          case OK -> "ok     ";
          case WARNING -> "warning";
          case FAILURE -> "FAILED ";
        };
    return mark + "  " + subject + ": " + found + (toDo == null ? "" : ". " + toDo);
  }
}
