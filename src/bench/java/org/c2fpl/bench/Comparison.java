package org.c2fpl.bench;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * One line of a section's table.
 *
 * @param name the case
 * @param unit of all figures
 * @param yardstick null if there is none
 * @param goal null if there is none
 */
public record Comparison(
    @JsonProperty("case") String name,
    @JsonProperty("unit") String unit,
    @JsonProperty("ours") Figure ours,
    @JsonProperty("yardstick") Figure yardstick,
    @JsonProperty("goal") Goal goal) {

  public Comparison {
    if (yardstick == null && goal != null && goal.needsYardstick()) {
      throw new IllegalArgumentException(name + " has a goal that needs a yardstick");
    }
  }

  Boolean met() {
    return goal == null
        ? null
        : goal.met(ours.median(), yardstick == null ? Double.NaN : yardstick.median());
  }
}
