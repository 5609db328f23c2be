package org.c2fpl.errors;

import java.util.regex.Pattern;

/** Keeps what may be a key out of messages, records and tables. */
public final class Secrets {
  private static final Pattern USER_INFORMATION = Pattern.compile("://[^/@\\s]+@");

  private Secrets() {}

  /** The text without the user information of URIs; null for null. */
  public static String masked(String text) {
    return text == null ? null : USER_INFORMATION.matcher(text).replaceAll("://***@");
  }
}
