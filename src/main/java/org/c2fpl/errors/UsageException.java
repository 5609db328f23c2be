package org.c2fpl.errors;

/** Wrong arguments: exit code 64, no stack trace without {@code --verbose}. */
public final class UsageException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public UsageException(String message) {
    super(Secrets.masked(message));
  }
}
