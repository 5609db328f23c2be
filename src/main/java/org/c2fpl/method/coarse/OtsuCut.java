package org.c2fpl.method.coarse;

/**
 * Otsu's threshold: cuts values in two groups so that the variance between them is largest, and so
 * that within them smallest. Memory: O(1) beside the values.
 *
 * <p>Source: N. Otsu, A threshold selection method from gray-level histograms, 1979; here on the
 * values themselves, without a histogram.
 */
public final class OtsuCut {
  private OtsuCut() {}

  /**
   * How many values lie above the cut; 0 where all values are equal. Equal values are never parted;
   * of cuts that are equally good the lowest is taken.
   *
   * @param ascending finite values in ascending order
   */
  public static int above(double[] ascending) {
    int n = ascending.length;
    double total = 0;
    for (double value : ascending) {
      total += value;
    }
    double sum = 0;
    double best = 0;
    int above = 0;
    for (int below = 1; below < n; below++) {
      sum += ascending[below - 1];
      if (ascending[below] == ascending[below - 1]) {
        continue;
      }
      double difference = sum / below - (total - sum) / (n - below);
      double between = (double) below * (n - below) * difference * difference;
      if (between > best) {
        best = between;
        above = n - below;
      }
    }
    return above;
  }
}
