package org.c2fpl.errors;

/** The command line is wrong: exit code 64, no stack trace unless asked for. */
public final class UsageException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public UsageException(String message) {
    super(Secrets.masked(message));
  }
}
