package org.c2fpl.errors;

/**
 * What the program runs on was lost, and may be back at the next try: exit code 75, no stack trace
 * unless asked for.
 *
 * <p>Messages read {@code Cannot <do> <what>: <what was found>. <What to do>.}
 */
public final class InfrastructureException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public InfrastructureException(String message, Throwable cause) {
    super(Secrets.masked(message), cause);
  }
}
