package org.c2fpl.train;

import java.util.Map;
import org.c2fpl.errors.Bounds;
import org.c2fpl.errors.UsageException;

/**
 * How to choose the threshold of detections on the training footage.
 *
 * @param value the threshold itself; null for a choice from the scores
 * @param alarmsPerHour most detections per hour; null for {@code auto}, which puts the share of
 *     segments pseudo-labelled anomalous above the threshold
 */
public record ThresholdChoice(Double value, Double alarmsPerHour) {
  public ThresholdChoice {
    if (value != null && alarmsPerHour != null) {
      throw new UsageException(
          "Cannot use --threshold and --alarms-per-hour together: each chooses the threshold. Give"
              + " one of them.");
    }
    if (value != null) {
      Bounds.require("--threshold", value, "[0, 1]", "Give auto, or a score.");
    }
    if (alarmsPerHour != null) {
      Bounds.require("--alarms-per-hour", alarmsPerHour, "[0, ∞)");
    }
  }

  public static ThresholdChoice auto() {
    return new ThresholdChoice(null, null);
  }

  /**
   * Reads {@code --threshold} and {@code --alarms-per-hour}.
   *
   * @param threshold {@code auto} or a number; null for auto
   */
  public static ThresholdChoice of(String threshold, Double alarmsPerHour) {
    if (threshold == null || threshold.equals("auto")) {
      return new ThresholdChoice(null, alarmsPerHour);
    }
    try {
      return new ThresholdChoice(Double.valueOf(threshold), alarmsPerHour);
    } catch (NumberFormatException e) {
      throw new UsageException(
          "Cannot use --threshold " + threshold + ": it is not a number. Give auto or a number.");
    }
  }

  /** The choice as recorded in fingerprints. */
  Object stored() {
    if (value != null) {
      return Map.of("value", value);
    }
    return alarmsPerHour == null ? "auto" : Map.of("alarms_per_hour", alarmsPerHour);
  }

  /** {@code auto}, {@code value 0.4} or {@code 2.0 alarms per hour}. */
  @Override
  public String toString() {
    if (value != null) {
      return "value " + value;
    }
    return alarmsPerHour == null ? "auto" : alarmsPerHour + " alarms per hour";
  }
}
