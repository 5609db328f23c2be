package org.c2fpl.method.coarse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class MixtureStartTest {

  @Test
  void separatesTwoClouds() {
    double[] mu = new double[300];
    double[] sigma = new double[300];
    Random random = new Random(1);
    for (int i = 0; i < 300; i++) {
      boolean second = i % 3 == 0;
      mu[i] = (second ? 30 : 10) + random.nextGaussian();
      sigma[i] = (second ? 5 : 1) + 0.2 * random.nextGaussian();
    }
    MixtureStart start = start(mu, sigma, 300);

    assertThat(start.degenerate()).isNull();
    Mixture2 mixture = start.mixture();
    int high = mixture.means()[1][0] > mixture.means()[0][0] ? 1 : 0;
    assertThat(mixture.weights()[high]).isCloseTo(1 / 3.0, within(1e-12));
    double highMu = mixture.means()[high][0] * start.scale()[0] + start.mean()[0];
    assertThat(highMu).isCloseTo(30, within(0.5));
    assertThat(mixture.covariances()[high][0] * start.scale()[0] * start.scale()[0])
        .isCloseTo(1, within(0.5));
  }

  @Test
  void isTheSameInAnyUnits() {
    double[] mu = {1, 2, 3, 10, 11, 12.5};
    double[] sigma = {0.1, 0.3, 0.2, 2, 2.5, 2.25};
    double[] mu1024 = java.util.Arrays.stream(mu).map(x -> 1024 * x).toArray();
    Mixture2 one = start(mu, sigma, 6).mixture();
    Mixture2 other = start(mu1024, sigma, 6).mixture();
    assertThat(other.means()).isDeepEqualTo(one.means());
    assertThat(other.covariances()).isDeepEqualTo(one.covariances());
  }

  @Test
  void oneConstantCoordinateLeavesTheOtherToDecide() {
    MixtureStart start = start(new double[] {1, 1.1, 5, 5.1}, new double[] {0, 0, 0, 0}, 4);
    assertThat(start.mixture().weights()).containsExactly(0.5, 0.5);
    assertThat(start.scaledSigma(0)).isZero();
  }

  @Test
  void anticorrelatedCloudsAreCutAcross() {
    double[] mu = {1, 1.2, 0.9, 8, 8.1, 7.9};
    double[] sigma = {5, 5.1, 4.9, 1, 1.2, 0.9};
    assertThat(start(mu, sigma, 6).mixture().weights()).containsExactly(0.5, 0.5);
  }

  @Test
  void identicalPointsAreDegenerate() {
    // 0.1 + 0.1 + 0.1 does not divide back to 0.1: the deviation must still be zero.
    MixtureStart start = start(new double[] {0.1, 0.1, 0.1, 0.1}, new double[] {7, 7, 7, 7}, 4);
    assertThat(start.degenerate()).isEqualTo("all 4 videos have the same μ and σ");
  }

  @Test
  void readsOnlyTheFirstPoints() {
    MixtureStart start = start(new double[] {1, 2, 8, 9, 999}, new double[] {1, 2, 8, 9, 999}, 4);
    assertThat(start.mean()[0]).isEqualTo(5);
  }

  /** Without a step of EM. */
  private static MixtureStart start(double[] mu, double[] sigma, int n) {
    return MixtureStart.refined(mu, sigma, n, 0, 0);
  }
}
