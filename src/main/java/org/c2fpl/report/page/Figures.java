package org.c2fpl.report.page;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Locale;

/** Formats numbers for people. */
public final class Figures {
  /** Enough digits for a chart, and few enough for a small page. */
  private static final MathContext DIGITS = new MathContext(6);

  private static final int SECONDS_A_MINUTE = 60;
  private static final int SECONDS_AN_HOUR = 3600;

  private Figures() {}

  /** Rounds to six significant digits. */
  public static double rounded(double value) {
    return Double.isFinite(value) ? new BigDecimal(value).round(DIGITS).doubleValue() : value;
  }

  /** Rounds each to six significant digits. */
  public static double[] rounded(double[] values) {
    double[] rounded = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      rounded[i] = rounded(values[i]);
    }
    return rounded;
  }

  /** {@code 0.1234}; a dash for null. */
  public static String decimal(Double value) {
    return value == null ? "–" : String.format(Locale.ROOT, "%.4f", value);
  }

  /** Four significant digits for any magnitude: {@code 21.34}, {@code 1.2e-09}. */
  public static String significant(double value) {
    return String.format(Locale.ROOT, "%.4g", value);
  }

  /** {@code 12,345}. */
  public static String count(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }

  /** {@code h:mm:ss}; empty if the seconds are unknown. */
  public static String time(Double seconds) {
    if (seconds == null || !Double.isFinite(seconds)) {
      return "";
    }
    long whole = (long) Math.floor(seconds);
    return String.format(
        Locale.ROOT,
        "%d:%02d:%02d",
        whole / SECONDS_AN_HOUR,
        whole % SECONDS_AN_HOUR / SECONDS_A_MINUTE,
        whole % SECONDS_A_MINUTE);
  }
}
