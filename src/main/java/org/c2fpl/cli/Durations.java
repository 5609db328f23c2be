package org.c2fpl.cli;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.c2fpl.errors.UsageException;

/** Durations as options write them: {@code 90s}, {@code 30m}, {@code 2h}. */
final class Durations {
  private static final Pattern DURATION = Pattern.compile("([0-9]{1,9})(s|m|h)");

  private Durations() {}

  /** Parses the value of an option. */
  static Duration of(String option, String text) {
    Matcher matcher = DURATION.matcher(text);
    if (!matcher.matches()) {
      throw new UsageException(
          "Cannot use "
              + option
              + " "
              + text
              + ": it is not a number with s, m or h. Write for instance 90s or 2h.");
    }
    long amount = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2)) {
      case "s" -> Duration.ofSeconds(amount);
      case "m" -> Duration.ofMinutes(amount);
      default -> Duration.ofHours(amount);
    };
  }
}
