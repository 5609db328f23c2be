package org.c2fpl.method.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.c2fpl.errors.DataException;
import org.c2fpl.testing.PlainGaussian;
import org.junit.jupiter.api.Test;

class DistributionsTest {

  @Property
  void intervalsFollowTheOrderOfNumbers(@ForAll double a, @ForAll double b) {
    double low = Math.min(a, b);
    double high = Math.max(a, b);
    assertThat(EmpiricalDistribution.interval(low))
        .isLessThanOrEqualTo(EmpiricalDistribution.interval(high));
    if (low > 1e-300 && high > low * 1.001) {
      assertThat(EmpiricalDistribution.interval(low))
          .isLessThan(EmpiricalDistribution.interval(high));
    }
  }

  @Property
  void anIntervalBeginsAtItsLeastNumber(@ForAll @DoubleRange(min = -1e300, max = 1e300) double x) {
    int interval = EmpiricalDistribution.interval(x);
    double least = EmpiricalDistribution.least(interval);
    assertThat(least).isLessThanOrEqualTo(x);
    assertThat(EmpiricalDistribution.least(interval + 1)).isGreaterThan(x);
    assertThat(EmpiricalDistribution.interval(least)).isEqualTo(interval);
  }

  @Test
  void theUpperIntervalIsWhereTheCountPasses() {
    CountingSketch sketch = new CountingSketch();
    for (double value : new double[] {1, 2, 2, 4, 8, 8, 8}) {
      sketch.add(value);
    }
    EmpiricalDistribution distribution = sketch.distribution();
    int[] at =
        Arrays.stream(new double[] {8, 4, 2, 1})
            .mapToInt(EmpiricalDistribution::interval)
            .toArray();
    int[] expected = {at[0], at[0], at[0], at[1], at[2], at[2], at[3], at[3]};
    for (int most = 0; most < expected.length; most++) {
      assertThat(distribution.upperInterval(most)).as("%s", most).isEqualTo(expected[most]);
    }
    assertThat(distribution.above(at[0])).isZero();
    assertThat(distribution.above(at[1])).isEqualTo(3);
    assertThat(distribution.above(at[3])).isEqualTo(6);
  }

  @Test
  void ranksAreCounts() {
    double[] values = {-3, -1, 0, -0.0, 1, 1, 2, 5, 5.0001, 8};
    CountingSketch sketch = new CountingSketch();
    for (double value : values) {
      sketch.add(value);
    }
    EmpiricalDistribution distribution = sketch.distribution();
    assertThat(distribution.total()).isEqualTo(10);
    assertThat(distribution.upperTail(100)).isEqualTo(1 / 11.0);
    assertThat(distribution.upperTail(8)).isEqualTo(2 / 11.0);
    assertThat(distribution.upperTail(5.0001)).isEqualTo(4 / 11.0); // tied with 5
    assertThat(distribution.upperTail(1)).isEqualTo(7 / 11.0);
    assertThat(distribution.upperTail(-9)).isEqualTo(1);
    assertThat(distribution.midRank(0)).isEqualTo(0.3);
    assertThat(distribution.midRank(1.5)).isEqualTo(0.6);
    assertThat(distribution.quantileInterval(0.5)).isEqualTo(EmpiricalDistribution.interval(1));
    assertThat(distribution.quantileInterval(1)).isEqualTo(EmpiricalDistribution.interval(8));
    assertThatThrownBy(() -> sketch.add(Double.NaN)).hasMessageContaining("not NaN");
  }

  @Test
  void countsAreTheSameInAnyTree() {
    Random random = new Random(3);
    CountingSketch all = new CountingSketch();
    CountingSketch left = new CountingSketch();
    CountingSketch right = new CountingSketch();
    for (int i = 0; i < 2000; i++) {
      double x = Math.exp(3 * random.nextGaussian());
      all.add(x);
      (i % 3 == 0 ? left : right).add(x);
    }
    right.merge(left);
    assertThat(right.distribution().intervals()).isEqualTo(all.distribution().intervals());
    assertThat(right.distribution().counts()).isEqualTo(all.distribution().counts());
  }

  @Test
  void covarianceIsThatOfTheDefinition() {
    Random random = new Random(2);
    List<double[]> rows = new ArrayList<>();
    for (int r = 0; r < 100; r++) {
      double a = 100 + random.nextGaussian();
      rows.add(new double[] {a, a + random.nextGaussian(), -random.nextDouble()});
    }
    double[] mean = PlainGaussian.mean(rows, 3);
    ExactCovariance moments = new ExactCovariance(mean);
    rows.forEach(moments::add);
    for (int i = 0; i < 3; i++) {
      assertThat(moments.mean()[i]).isCloseTo(mean[i], within(1e-12));
      for (int j = 0; j < 3; j++) {
        double sum = 0;
        for (double[] row : rows) {
          sum += (row[i] - mean[i]) * (row[j] - mean[j]) / 99;
        }
        assertThat(moments.covariance()[3 * i + j]).isCloseTo(sum, within(1e-12));
      }
    }
    Collections.shuffle(rows, random);
    ExactCovariance tree = new ExactCovariance(mean);
    ExactCovariance part = new ExactCovariance(mean);
    rows.subList(0, 30).forEach(part::add);
    rows.subList(30, 100).forEach(tree::add);
    tree.merge(part);
    assertThat(tree.covariance()).isEqualTo(moments.covariance());
    assertThat(tree.count()).isEqualTo(100);
  }

  @Test
  void theMixtureFindsItsGroups() {
    Random random = new Random(4);
    float[][] rows = new float[600][2];
    for (int r = 0; r < rows.length; r++) {
      double centre = r % 3 == 0 ? -2 : 2;
      rows[r][0] = (float) (centre + 0.5 * random.nextGaussian());
      rows[r][1] = (float) (0.2 * random.nextGaussian());
    }
    DiagonalMixture mixture = DiagonalMixture.fit(rows, 2);
    int left = mixture.means()[0][0] < mixture.means()[1][0] ? 0 : 1;
    assertThat(mixture.weights()[left]).isCloseTo(1 / 3.0, within(0.01));
    assertThat(mixture.means()[left][0]).isCloseTo(-2, within(0.1));
    assertThat(mixture.deviations()[left][0]).isCloseTo(0.5, within(0.06));
    assertThat(mixture.deviations()[left][1]).isCloseTo(0.2, within(0.03));

    double density = 0;
    double[] x = {0.3, -0.1};
    for (int c = 0; c < 2; c++) {
      double product = mixture.weights()[c];
      for (int i = 0; i < 2; i++) {
        double s = mixture.deviations()[c][i];
        double t = (x[i] - mixture.means()[c][i]) / s;
        product *= Math.exp(-t * t / 2) / (s * Math.sqrt(2 * Math.PI));
      }
      density += product;
    }
    assertThat(mixture.negativeLogDensity(x)).isCloseTo(-Math.log(density), within(1e-10));
    assertThat(DiagonalMixture.fit(rows, 2).means()[0]).isEqualTo(mixture.means()[0]);
  }

  @Test
  void aMixtureOfFewOrEqualRowsIsStillOne() {
    float[][] equal = new float[5][3];
    DiagonalMixture mixture = DiagonalMixture.fit(equal, 8);
    assertThat(Arrays.stream(mixture.weights()).sum()).isCloseTo(1, within(1e-6));
    assertThat(mixture.negativeLogDensity(new double[] {9, 9, 9})).isFinite();
    assertThatThrownBy(() -> DiagonalMixture.fit(new float[0][], 8))
        .isInstanceOf(DataException.class);
  }
}
