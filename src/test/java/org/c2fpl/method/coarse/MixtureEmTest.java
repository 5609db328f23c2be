package org.c2fpl.method.coarse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class MixtureEmTest {
  private static final Mixture2 START =
      new Mixture2(
          new double[] {0.5, 0.5},
          new double[][] {{-1, -1}, {1, 1}},
          new double[][] {{1, 0, 0, 1}, {1, 0, 0, 1}});

  private final double[] x = new double[900];
  private final double[] y = new double[900];

  private void clouds(double gap) {
    Random random = new Random(5);
    for (int i = 0; i < x.length; i++) {
      boolean second = i % 3 == 0;
      double u = random.nextGaussian();
      x[i] = (second ? gap : -gap / 2) + 0.5 * u;
      y[i] = (second ? gap : -gap / 2) + 0.3 * u + 0.4 * random.nextGaussian();
    }
  }

  @Test
  void findsTheCloudsThatThePointsCameFrom() {
    clouds(2);
    Mixture2 found = MixtureEm.refined(x, y, START, 1e-10, 500).mixture();
    assertThat(found.weights()[1]).isCloseTo(1 / 3.0, within(0.01));
    assertThat(found.means()[1][0]).isCloseTo(2, within(0.1));
    assertThat(found.means()[0][1]).isCloseTo(-1, within(0.1));
    assertThat(found.covariances()[0][0]).isCloseTo(0.25, within(0.05));
    assertThat(found.covariances()[0][1]).isCloseTo(0.15, within(0.05));
    assertThat(found.covariances()[0][2]).isEqualTo(found.covariances()[0][1]);
    assertThat(found.covariances()[0][3]).isCloseTo(0.25, within(0.05));
  }

  @Test
  void endsWhereNoStepOfATextbookLeadsOn() {
    clouds(1);
    Mixture2 found = MixtureEm.refined(x, y, START, 1e-15, 5000).mixture();
    double[][] shares = shares(found);
    for (int k = 0; k < 2; k++) {
      double share = 0;
      double meanX = 0;
      double meanY = 0;
      for (int i = 0; i < x.length; i++) {
        share += shares[k][i];
        meanX += shares[k][i] * x[i];
        meanY += shares[k][i] * y[i];
      }
      meanX /= share;
      meanY /= share;
      double covariance = 0;
      for (int i = 0; i < x.length; i++) {
        covariance += shares[k][i] * (x[i] - meanX) * (y[i] - meanY) / share;
      }
      assertThat(found.weights()[k]).isCloseTo(share / x.length, within(1e-6));
      assertThat(found.means()[k][0]).isCloseTo(meanX, within(1e-6));
      assertThat(found.means()[k][1]).isCloseTo(meanY, within(1e-6));
      assertThat(found.covariances()[k][1]).isCloseTo(covariance, within(1e-6));
    }
  }

  @Test
  void stopsBeforeAComponentCollapses() {
    for (int i = 0; i < x.length; i++) {
      x[i] = i == 0 ? 5 : -1;
      y[i] = i == 0 ? 5 : -1;
    }
    assertThat(MixtureEm.refined(x, y, START, 1e-10, 500).mixture()).isSameAs(START);
  }

  @Test
  void takesNoMoreStepsThanAllowed() {
    clouds(1);
    assertThat(MixtureEm.refined(x, y, START, 0, 0).mixture()).isSameAs(START);
    Mixture2 one = MixtureEm.refined(x, y, START, 0, 1).mixture();
    Mixture2 two = MixtureEm.refined(x, y, one, 0, 1).mixture();
    MixtureEm.Refined both = MixtureEm.refined(x, y, START, 0, 2);
    assertThat(both.mixture().means()).isDeepEqualTo(two.means());
    assertThat(both.steps()).isEqualTo(2);
  }

  @Test
  void tellsTheStepsItTook() {
    clouds(2);
    int steps = MixtureEm.refined(x, y, START, 1e-6, 500).steps();
    assertThat(steps).isBetween(2, 499);
    assertThat(MixtureEm.refined(x, y, START, 1e-6, steps).mixture().means())
        .isDeepEqualTo(MixtureEm.refined(x, y, START, 1e-6, 500).mixture().means());
  }

  /** Responsibilities from logs, the textbook's way. */
  private double[][] shares(Mixture2 mixture) {
    double[][] shares = new double[2][x.length];
    for (int i = 0; i < x.length; i++) {
      double[] log = new double[2];
      for (int k = 0; k < 2; k++) {
        double[] c = mixture.covariances()[k];
        double determinant = c[0] * c[3] - c[1] * c[2];
        double dx = x[i] - mixture.means()[k][0];
        double dy = y[i] - mixture.means()[k][1];
        double squares = (c[3] * dx * dx - 2 * c[1] * dx * dy + c[0] * dy * dy) / determinant;
        log[k] = Math.log(mixture.weights()[k]) - Math.log(determinant) / 2 - squares / 2;
      }
      for (int k = 0; k < 2; k++) {
        shares[k][i] = 1 / (1 + Math.exp(log[1 - k] - log[k]));
      }
    }
    return shares;
  }
}
