package org.c2fpl.errors;

/**
 * The user's data or environment is wrong: exit code 65, no stack trace unless asked for.
 *
 * <p>Messages read {@code Cannot <do> <what>: <what was found>. <What to do>.}
 */
public final class DataException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public DataException(String message) {
    super(Secrets.masked(message));
  }

  public DataException(String message, Throwable cause) {
    super(Secrets.masked(message), cause);
  }
}
