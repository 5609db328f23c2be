package org.c2fpl.errors;

import java.util.regex.Pattern;

/** Keeps possible secrets out of messages, records and tables. */
public final class Secrets {
  /**
   * The user information of URIs, and the signatures and tokens in their queries.
   *
   * <p>Secrets may have slashes (AWS) and at-signs (passwords), so user information with a colon
   * ends at the last at-sign of the word. Only HDFS has at-signs in paths after a port and no
   * passwords. {@code conf/log4j2*.properties} have the same expression for Spark's log.
   */
  static final String EXPRESSION =
      "(?i)(?<=(?<!hdfs)://)[^\\s/:]*:\\S*(?=@)"
          + "|(?<=://)[^\\s/]+(?=@)"
          + "|(?<=(?<![\\w-])(?:X-(?:Amz|Goog)-(?:Signature|Credential|Security-Token)"
          + "|sig|Signature|AWSAccessKeyId|access_token)=)[^&\\s]+";

  private static final Pattern SECRET = Pattern.compile(EXPRESSION);

  private Secrets() {}

  /** The text with asterisks for secrets; null for null. */
  public static String masked(String text) {
    return text == null ? null : SECRET.matcher(text).replaceAll("***");
  }
}
