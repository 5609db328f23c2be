package org.c2fpl.cli;

/** What schedulers read; any other code is the infrastructure's and may be retried. */
public final class ExitCode {
  public static final int DONE = 0;

  /** Wrong arguments. */
  public static final int USAGE = 64;

  /** The user's data or environment is wrong. */
  public static final int DATA = 65;

  /** A fault of this program's. */
  public static final int INTERNAL = 70;

  /** What the program runs on was lost; it may be retried. The EX_TEMPFAIL of sysexits.h. */
  public static final int INFRASTRUCTURE = 75;

  private ExitCode() {}

  /** The name that {@code _runs/<run id>.json} gives to a code. */
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
