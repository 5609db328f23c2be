package org.c2fpl.method.statistics;

import java.util.Comparator;
import java.util.List;

/**
 * A group of numbers of a fitted model, as stored in a table.
 *
 * @param part their name; parts of one name are numbered from 0
 * @param weight 0 if there is none
 * @param factor belongs to the mean: deviations, a covariance, or a factor of a covariance
 */
public record ModelPart(
    String part,
    int number,
    double weight,
    double[] mean,
    double[] factor,
    int[] intervals,
    long[] counts) {
  private static final double[] NONE = {};

  /** A mean and its factor. */
  public static ModelPart of(String part, int number, double weight, double[] mean, double[] more) {
    return new ModelPart(part, number, weight, mean, more, new int[0], new long[0]);
  }

  /** A distribution. */
  public static ModelPart of(String part, EmpiricalDistribution distribution) {
    return new ModelPart(part, 0, 0, NONE, NONE, distribution.intervals(), distribution.counts());
  }

  /** The parts of one name, in the order of their numbers. */
  public static List<ModelPart> named(String part, List<ModelPart> parts) {
    return parts.stream()
        .filter(each -> each.part().equals(part))
        .sorted(Comparator.comparingInt(ModelPart::number))
        .toList();
  }
}
