package org.c2fpl.errors;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The intervals of options; refuses a value outside with the name of the option. */
public final class Bounds {
  private static final String UNBOUNDED = "∞";

  private Bounds() {}

  /**
   * Refuses a number outside an interval.
   *
   * @param option as the command line writes it
   * @param interval for instance {@code [1, ∞)}
   * @throws UsageException if it is outside, or not a number
   */
  public static void require(String option, double value, String interval) {
    require(option, value, interval, "Give such a number.");
  }

  /**
   * Refuses a number outside an interval, with other advice.
   *
   * @param advice a sentence: what to give instead
   */
  public static void require(String option, double value, String interval, String advice) {
    String[] ends = interval.substring(1, interval.length() - 1).split(", ", -1);
    boolean fromLow = interval.startsWith("[");
    boolean toHigh = interval.endsWith("]");
    double low = Double.parseDouble(ends[0]);
    double high =
        ends[1].equals(UNBOUNDED) ? Double.POSITIVE_INFINITY : Double.parseDouble(ends[1]);
    if ((fromLow ? value >= low : value > low) && (toHigh ? value <= high : value < high)) {
      return;
    }
    throw new UsageException(
        String.format(
            Locale.ROOT,
            "Cannot use %s %s: it must be %s. %s",
            option,
            text(value),
            fromLow && toHigh
                ? "from " + ends[0] + " to " + ends[1]
                : words(fromLow, ends[0], toHigh, ends[1]),
            advice));
  }

  private static String words(boolean fromLow, String low, boolean toHigh, String high) {
    List<String> words = new ArrayList<>();
    words.add((fromLow ? "at least " : "above ") + low);
    if (!high.equals(UNBOUNDED)) {
      words.add((toHigh ? "at most " : "below ") + high);
    }
    return String.join(" and ", words);
  }

  private static String text(double value) {
    return Double.isFinite(value)
        ? new BigDecimal(String.valueOf(value)).stripTrailingZeros().toPlainString()
        : String.valueOf(value);
  }
}
