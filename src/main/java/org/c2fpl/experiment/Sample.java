package org.c2fpl.experiment;

import java.util.List;
import java.util.Locale;
import java.util.Objects;

/** Figures of the same variant with several seeds: their mean and sample deviation. */
record Sample(List<Double> values) {
  static Sample of(List<Double> figures) {
    return new Sample(figures.stream().filter(Objects::nonNull).toList());
  }

  int size() {
    return values.size();
  }

  double mean() {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return sum / values.size();
  }

  /** With n − 1; NaN for a single figure. */
  double deviation() {
    double mean = mean();
    double squares = 0;
    for (double value : values) {
      squares += (value - mean) * (value - mean);
    }
    return Math.sqrt(squares / (values.size() - 1));
  }

  /** {@code 64.57 ± 0.45}, {@code 64.57} or {@code –}. */
  String text(double unit, int digits) {
    if (values.isEmpty()) {
      return "–";
    }
    String number = "%." + digits + "f";
    String mean = String.format(Locale.ROOT, number, unit * mean());
    return size() == 1
        ? mean
        : mean + " ± " + String.format(Locale.ROOT, number, unit * deviation());
  }
}
