package org.c2fpl.method.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.c2fpl.errors.DataException;
import org.c2fpl.testing.PlainGaussian;
import org.junit.jupiter.api.Test;

class RobustGaussiansTest {

  private static List<double[]> vectors(int n, int d, long seed) {
    Random random = new Random(seed);
    List<double[]> vectors = new ArrayList<>();
    for (int v = 0; v < n; v++) {
      double[] x = new double[d];
      double common = random.nextGaussian();
      for (int i = 0; i < d; i++) {
        x[i] = Math.rint(256 * (common + (1 + i) * random.nextGaussian() + 0.3 * i));
      }
      vectors.add(x);
    }
    return vectors;
  }

  private static GramSums sums(List<double[]> vectors, int d) {
    GramSums sums = new GramSums(d);
    vectors.forEach(sums::add);
    return sums;
  }

  @Test
  void distancesAreThoseOfTheDefinition() {
    for (int d : new int[] {1, 2, 7, 19}) {
      for (int n : new int[] {3, 21, 200}) {
        List<double[]> vectors = vectors(n, d, 31L * d + n);
        ShrunkGaussian fitted = LedoitWolf.fit(sums(vectors, d));
        double[] mean = PlainGaussian.mean(vectors, d);
        double[][] covariance = PlainGaussian.covariance(vectors, mean);
        for (double[] x : vectors(20, d, 5)) {
          double expected = PlainGaussian.distance(x, mean, covariance);
          assertThat(fitted.distance(x.clone()))
              .as("d = %d, n = %d", d, n)
              .isCloseTo(expected, within(1e-6 * expected));
        }
      }
    }
  }

  @Test
  void sumsAreTheSameInAnyOrderAndTree() {
    List<double[]> vectors = vectors(150, 9, 3);
    ShrunkGaussian one = LedoitWolf.fit(sums(vectors, 9));
    Collections.shuffle(vectors, new Random(1));
    GramSums tree = sums(vectors.subList(0, 37), 9);
    GramSums right = sums(vectors.subList(37, 101), 9).sealed();
    right.merge(sums(vectors.subList(101, 150), 9));
    tree.merge(right);
    ShrunkGaussian other = LedoitWolf.fit(tree.sealed());
    assertThat(other.mean()).isEqualTo(one.mean());
    assertThat(other.factor()).isEqualTo(one.factor());
    assertThat(tree.count()).isEqualTo(150);
  }

  @Test
  void constantDimensionsAreNoObstacleButConstantFootageIs() {
    List<double[]> vectors = vectors(30, 4, 8);
    vectors.forEach(x -> x[2] = 0);
    assertThat(LedoitWolf.fit(sums(vectors, 4)).distance(vectors.get(0).clone())).isFinite();
    vectors.forEach(x -> java.util.Arrays.fill(x, 256));
    assertThatThrownBy(() -> LedoitWolf.fit(sums(vectors, 4)))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("all 30 feature vectors are equal");
    assertThatThrownBy(() -> LedoitWolf.fit(sums(vectors.subList(0, 1), 4)))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("there are 1 feature vectors");
  }

  @Test
  void sumsThatOutgrowExactnessAreRefused() {
    GramSums sums = new GramSums(1);
    sums.add(new double[] {0x1p26});
    assertThat(sums.products()).containsExactly(0x1p52);
    assertThatThrownBy(
            () -> {
              sums.add(new double[] {0x1p26});
              sums.products();
            })
        .isInstanceOf(DataException.class)
        .hasMessageContaining("too many to be exact");
  }

  @Test
  void aFoldIsJudgedByTheOthers() {
    List<double[]> a = vectors(40, 3, 1);
    List<double[]> b = vectors(50, 3, 2);
    List<double[]> both = new ArrayList<>(a);
    both.addAll(b);
    RobustGaussians gaussians =
        RobustGaussians.fit(new GramSums[] {sums(a, 3), null, sums(b, 3)}, 3);
    assertThat(gaussians.folds().get(0).factor()).isEqualTo(LedoitWolf.fit(sums(b, 3)).factor());
    assertThat(gaussians.folds().get(2).factor()).isEqualTo(LedoitWolf.fit(sums(a, 3)).factor());
    assertThat(gaussians.all().factor()).isEqualTo(LedoitWolf.fit(sums(both, 3)).factor());
    assertThat(gaussians.folds().get(1)).isSameAs(gaussians.all());
    RobustGaussians alone = RobustGaussians.fit(new GramSums[] {null, sums(a, 3)}, 3);
    assertThat(alone.folds().get(1)).isSameAs(alone.all());
  }

  @Test
  void foldsFitTheirMemory() {
    assertThat(VideoFolds.count(97)).isEqualTo(10);
    assertThat(VideoFolds.count(2048)).isEqualTo(10);
    assertThat(VideoFolds.count(4096)).isEqualTo(3);
    int[] videos = new int[10];
    for (int v = 0; v < 5000; v++) {
      videos[VideoFolds.of("video" + v, 10)]++;
    }
    for (int fold : videos) {
      assertThat(fold).isBetween(400, 600);
    }
  }
}
