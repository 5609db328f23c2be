package org.c2fpl.errors;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BoundsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[1, ∞)|1|0|at least 1",
        "[0, ∞)|1e300|Infinity|at least 0",
        "(0, ∞)|4.9e-324|0|above 0",
        "(0, 1)|0.999|1|above 0 and below 1",
        "[0, 1)|0|1|at least 0 and below 1",
        "[0, 1]|1|1.5|from 0 to 1",
        "(0, 1]|1|NaN|above 0 and at most 1",
      })
  void refusesWhatLiesOutside(String interval, double inside, double outside, String words) {
    assertThatCode(() -> Bounds.require("--x", inside, interval)).doesNotThrowAnyException();
    assertThatThrownBy(() -> Bounds.require("--x", outside, interval))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith("Cannot use --x ")
        .hasMessageEndingWith(": it must be " + words + ". Give such a number.");
  }

  @Test
  void showsTheValueAsItWasGiven() {
    assertThatThrownBy(() -> Bounds.require("--x", -20, "[0, 1]", "Take 0.5."))
        .hasMessage("Cannot use --x -20: it must be from 0 to 1. Take 0.5.");
    assertThatThrownBy(() -> Bounds.require("--x", 1.5, "[0, 1]", "Take 0.5."))
        .hasMessage("Cannot use --x 1.5: it must be from 0 to 1. Take 0.5.");
  }
}
