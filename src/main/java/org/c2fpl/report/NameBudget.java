package org.c2fpl.report;

import java.nio.charset.StandardCharsets;

/**
 * Limits the space of names in the page, since names may have any length: lists end when it is used
 * up. Names of 200 characters fit.
 */
final class NameBudget {
  static final int BYTES = 1_000_000;

  private int left = BYTES;

  /** Whether the name still fits; then it is counted. */
  boolean takes(String name) {
    left -= name.getBytes(StandardCharsets.UTF_8).length;
    return left >= 0;
  }
}
