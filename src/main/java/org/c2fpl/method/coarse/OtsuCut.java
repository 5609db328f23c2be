package org.c2fpl.method.coarse;

/**
 * Otsu's threshold: cuts values into two groups so that the variance between them is largest and
 * the variance within them smallest. Memory: O(1) in addition to the values.
 *
 * <p>Source: N. Otsu, A threshold selection method from gray-level histograms, 1979; here on the
 * values themselves, without a histogram.
 */
public final class OtsuCut {
  private OtsuCut() {}

  /**
   * The number of values above the cut; 0 if all values are equal. Equal values are never
   * separated; of equally good cuts, the lowest is chosen.
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
