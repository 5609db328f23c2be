package org.c2fpl.errors;

/**
 * Lost infrastructure, which may be back at the next try: exit code 75, no stack trace without
 * {@code --verbose}.
 *
 * <p>Messages have the form {@code Cannot <do> <what>: <finding>. <What to do>.}
 */
public final class InfrastructureException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public InfrastructureException(String message, Throwable cause) {
    super(Secrets.masked(message), cause);
  }
}
