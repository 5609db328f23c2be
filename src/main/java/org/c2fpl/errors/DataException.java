package org.c2fpl.errors;

/**
 * Wrong data or environment: exit code 65, no stack trace without {@code --verbose}.
 *
 * <p>Messages have the form {@code Cannot <do> <what>: <finding>. <What to do>.}
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
