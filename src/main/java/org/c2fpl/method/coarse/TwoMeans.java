package org.c2fpl.method.coarse;

import org.jspecify.annotations.Nullable;

/** 2-means of points in the plane (Lloyd's algorithm), summed in the order of the points. */
public final class TwoMeans {
  private TwoMeans() {}

  /**
   * Refines two groups until no point changes sides; a point equally near to both centres belongs
   * to the first. If a group loses all its points, the start is returned.
   *
   * @param start whether a point begins in the second group
   * @return whether it ends there
   */
  public static boolean[] refined(double[] x, double[] y, boolean[] start, int maxSteps) {
    boolean[] second = start;
    for (int step = 0; step < maxSteps; step++) {
      double[] a = centre(x, y, second, false);
      double[] b = centre(x, y, second, true);
      if (a == null || b == null) {
        return start;
      }
      boolean[] next = new boolean[x.length];
      boolean changed = false;
      for (int i = 0; i < x.length; i++) {
        next[i] = distance(x[i], y[i], b) < distance(x[i], y[i], a);
        changed |= next[i] != second[i];
      }
      if (!changed) {
        return second;
      }
      second = next;
    }
    return second;
  }

  /** The mean of a group's points; null if it has none. */
  public static double @Nullable [] centre(
      double[] x, double[] y, boolean[] second, boolean which) {
    double sumX = 0;
    double sumY = 0;
    int count = 0;
    for (int i = 0; i < x.length; i++) {
      if (second[i] == which) {
        sumX += x[i];
        sumY += y[i];
        count++;
      }
    }
    return count == 0 ? null : new double[] {sumX / count, sumY / count};
  }

  private static double distance(double x, double y, double[] centre) {
    return (x - centre[0]) * (x - centre[0]) + (y - centre[1]) * (y - centre[1]);
  }
}
