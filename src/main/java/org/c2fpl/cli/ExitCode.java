package org.c2fpl.cli;

/**
 * The exit codes for schedulers. Any other code comes from the infrastructure and may be retried.
 */
public final class ExitCode {
  public static final int DONE = 0;

  /** Wrong arguments. */
  public static final int USAGE = 64;

  /** Wrong data or environment. */
  public static final int DATA = 65;

  /** A bug in this program. */
  public static final int INTERNAL = 70;

  /** Lost infrastructure; the command may be retried. EX_TEMPFAIL in sysexits.h. */
  public static final int INFRASTRUCTURE = 75;

  private ExitCode() {}

  /** The name of a code in {@code _runs/<run id>.json}. */
  static String outcome(int exitCode) {
    return switch (exitCode) {
      case DONE -> "done";
      case USAGE -> "usage";
      case DATA -> "data";
      case INFRASTRUCTURE -> "infrastructure";
      default -> "internal";
    };
  }
}
