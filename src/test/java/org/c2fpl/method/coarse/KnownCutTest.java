package org.c2fpl.method.coarse;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class KnownCutTest {

  @Property
  void withoutKnownLabelsTheAssumedCutStands(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 40) int n) {
    Random random = new Random(seed);
    double[] x = random.ints(n, 0, 10).asDoubleStream().sorted().toArray();
    byte[] known = new byte[n];
    Arrays.fill(known, KnownCut.UNKNOWN);
    int assumed = random.nextInt(n + 1);

    assertThat(KnownCut.above(x, known, assumed)).isEqualTo(assumed);
  }

  @Property
  void noCutCostsLess(@ForAll long seed, @ForAll @IntRange(min = 1, max = 30) int n) {
    Random random = new Random(seed);
    double[] x = random.ints(n, 0, 15).asDoubleStream().sorted().toArray();
    byte[] known = new byte[n];
    for (int i = 0; i < n; i++) {
      known[i] = (byte) (random.nextInt(3) - 1);
    }
    int assumed = random.nextInt(n + 1);

    int above = KnownCut.above(x, known, assumed);

    double cost = cost(known, above, assumed);
    for (int other = 0; other <= n; other++) {
      boolean parts = other > 0 && other < n && x[n - other] == x[n - other - 1];
      if (!parts) {
        assertThat(cost).isLessThanOrEqualTo(cost(known, other, assumed) + 1e-9);
      }
    }
  }

  @Test
  void threeKnownLabelsOutweighTheAssumption() {
    // Assumed: only the highest is anomalous. Known: the three in the middle are, too.
    double[] x = {1, 2, 3, 4, 5, 6};
    byte[] known = {0, -1, 1, 1, 1, -1};

    assertThat(KnownCut.above(x, known, 1)).isEqualTo(4);
  }

  @Test
  void oneLabelAgainstARankingTurnedOverDoesNot() {
    // Only the lowest is known, as anomalous: five more errors of the assumption would follow.
    double[] x = {1, 2, 3, 4, 5, 6};
    byte[] known = {1, -1, -1, -1, -1, -1};

    assertThat(KnownCut.above(x, known, 1)).isEqualTo(1);
  }

  /** Errors on known labels, and 2/n for each video labelled differently from the assumption. */
  private static double cost(byte[] known, int above, int assumed) {
    int n = known.length;
    double cost = 0;
    for (int i = 0; i < n; i++) {
      boolean anomalous = i >= n - above;
      boolean assumedAnomalous = i >= n - assumed;
      if (known[i] >= 0 && anomalous != (known[i] == 1)) {
        cost++;
      }
      if (anomalous != assumedAnomalous) {
        cost += 2.0 / n;
      }
    }
    return cost;
  }
}
