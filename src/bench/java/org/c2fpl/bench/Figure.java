package org.c2fpl.bench;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/**
 * The measurements of a contender, one per repeat.
 *
 * @param contender the measured process
 * @param values in the unit of the comparison, in the order they were taken
 */
public record Figure(
    @JsonProperty("contender") String contender, @JsonProperty("values") List<Double> values) {

  public Figure {
    values = List.copyOf(values);
    if (values.isEmpty()) {
      throw new IllegalArgumentException(contender + " has no measurement");
    }
  }

  public double median() {
    List<Double> sorted = values.stream().sorted().toList();
    int n = sorted.size();
    return (sorted.get((n - 1) / 2) + sorted.get(n / 2)) / 2;
  }

  public double min() {
    return values.stream().mapToDouble(x -> x).min().orElseThrow();
  }

  public double max() {
    return values.stream().mapToDouble(x -> x).max().orElseThrow();
  }
}
