package org.c2fpl.bench;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Locale;

/**
 * The goal of a figure.
 *
 * @param limit in the figure's unit, or a ratio
 */
public record Goal(@JsonProperty("kind") Kind kind, @JsonProperty("limit") double limit) {
  /** The meaning of the limit. */
  public enum Kind {
    /** Our figure is at most the limit. */
    AT_MOST,
    /** Our figure is at most so many times the yardstick. */
    RATIO_AT_MOST,
    /** Our figure is at least so many times the yardstick. */
    RATIO_AT_LEAST,
    /** Our figure is at most the yardstick plus the limit. */
    EXCESS_AT_MOST
  }

  public static Goal atMost(double limit) {
    return new Goal(Kind.AT_MOST, limit);
  }

  public static Goal ratioAtMost(double limit) {
    return new Goal(Kind.RATIO_AT_MOST, limit);
  }

  public static Goal ratioAtLeast(double limit) {
    return new Goal(Kind.RATIO_AT_LEAST, limit);
  }

  public static Goal excessAtMost(double limit) {
    return new Goal(Kind.EXCESS_AT_MOST, limit);
  }

  boolean needsYardstick() {
    return kind != Kind.AT_MOST;
  }

  boolean met(double ours, double yardstick) {
    return switch (kind) {
      case AT_MOST -> ours <= limit;
      case RATIO_AT_MOST -> ours / yardstick <= limit;
      case RATIO_AT_LEAST -> ours / yardstick >= limit;
      case EXCESS_AT_MOST -> ours - yardstick <= limit;
    };
  }

  String text(String unit) {
    String number = limit == Math.rint(limit) ? Long.toString((long) limit) : limit + "";
    return switch (kind) {
      case AT_MOST -> "≤ " + number + " " + unit;
      case RATIO_AT_MOST -> "≤ " + number + " ×";
      case RATIO_AT_LEAST -> "≥ " + number + " ×";
      case EXCESS_AT_MOST -> String.format(Locale.ROOT, "≤ yardstick + %s %s", number, unit);
    };
  }
}
