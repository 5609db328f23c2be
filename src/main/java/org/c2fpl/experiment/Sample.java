package org.c2fpl.experiment;

import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.apache.commons.math3.distribution.TDistribution;

/** Figures of the same variant with several seeds: their mean and sample deviation. */
record Sample(List<Double> values) {
  /** The fewest figures for an interval: for two, the quantile is 12.7, which is useless. */
  static final int INTERVAL_FROM = 3;

  private static final double UPPER_TAIL = 0.975;

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

  /**
   * Half the width of the mean's 95 % interval by Student's t, which assumes normal figures and
   * estimates their deviation from them.
   */
  double margin() {
    if (values.stream().distinct().count() == 1) {
      // Their rounded mean would differ from them.
      return 0;
    }
    double quantile = new TDistribution(size() - 1).inverseCumulativeProbability(UPPER_TAIL);
    return quantile * deviation() / Math.sqrt(size());
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
