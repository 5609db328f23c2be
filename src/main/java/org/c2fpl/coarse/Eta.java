package org.c2fpl.coarse;

import org.c2fpl.errors.UsageException;

/**
 * η, the ratio of anomalous to normal videos.
 *
 * @param value above 0; null if it is estimated from the data
 */
public record Eta(Double value) {
  public static final Eta AUTO = new Eta(null);

  /** Parses the ratio of a command line: a number or {@code auto}. */
  public static Eta parse(String text) {
    if (text.equals("auto")) {
      return AUTO;
    }
    double value;
    try {
      value = Double.parseDouble(text);
    } catch (NumberFormatException e) {
      throw refused(text);
    }
    if (!(value > 0) || Double.isInfinite(value)) {
      throw refused(String.valueOf(value));
    }
    return new Eta(value);
  }

  public boolean isAuto() {
    return value == null;
  }

  /** The value as a parameter of a manifest. */
  public Object parameter() {
    return isAuto() ? "auto" : value;
  }

  private static UsageException refused(String text) {
    return new UsageException(
        "Cannot use --eta "
            + text
            + ": the ratio is a number above 0, or auto with --clustering ranked. The paper's is"
            + " 1.0.");
  }
}
