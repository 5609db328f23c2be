package org.c2fpl.method.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.c2fpl.errors.DataException;
import org.c2fpl.method.exact.ExactMoments;
import org.c2fpl.method.exact.Exactly;
import org.junit.jupiter.api.Test;

class NullModelTest {

  @Test
  void isTheMeanAndSampleVarianceOfTheNorms() {
    NullModel model = NullModel.of(ExactMoments.of(1, 2, 3, 6));
    assertThat(model.mean()).containsExactly(3);
    assertThat(model.covariance()).containsExactly(14 / 3.0);
    assertThat(model).isEqualTo(new NullModel(new double[] {3}, new double[] {14 / 3.0}));
    assertThat(Exactly.serialized(model)).isEqualTo(model);
  }

  @Property
  void agreesWithEquation5(
      @ForAll @DoubleRange(min = -10, max = 10) double norm,
      @ForAll @DoubleRange(min = 0.5, max = 9) double variance) {
    NullModel model = new NullModel(new double[] {1.5}, new double[] {variance});
    double expected =
        Math.exp(-0.5 * (norm - 1.5) / variance * (norm - 1.5)) / Math.sqrt(2 * Math.PI * variance);
    assertThat(Math.exp(model.logDensity(norm))).isCloseTo(expected, within(1e-12 * expected));
    assertThat(model.logDensity(new double[] {norm}))
        .isCloseTo(model.logDensity(norm), within(1e-12));
  }

  @Property
  void agreesWithTheInverseInTwoDimensions(
      @ForAll @DoubleRange(min = -3, max = 3) double x,
      @ForAll @DoubleRange(min = -3, max = 3) double y,
      @ForAll @DoubleRange(min = -0.9, max = 0.9) double correlation) {
    double a = 2;
    double b = correlation * Math.sqrt(6);
    double c = 3;
    double determinant = a * c - b * b;
    double dx = x - 1;
    double dy = y + 1;
    double form = (c * dx * dx - 2 * b * dx * dy + a * dy * dy) / determinant;
    double expected = Math.exp(-0.5 * form) / (2 * Math.PI * Math.sqrt(determinant));
    NullModel model = new NullModel(new double[] {1, -1}, new double[] {a, b, b, c});
    assertThat(Math.exp(model.logDensity(new double[] {x, y}))).isCloseTo(expected, within(1e-12));
  }

  @Test
  void keepsTheLogWhereTheDensityUnderflows() {
    NullModel model = new NullModel(new double[] {0}, new double[] {1});
    assertThat(model.logDensity(40)).isCloseTo(-800.9189385332047, within(1e-12));
    assertThat(model.logDensity(1000)).isCloseTo(-500000.91893853321, within(1e-9));
  }

  @Test
  void refusesWhatHasNoDensity() {
    assertThatThrownBy(() -> NullModel.of(ExactMoments.of(2.5, 2.5, 2.5)))
        .isInstanceOf(DataException.class)
        .hasMessage(
            "Cannot fit the null model: the segments of the videos labelled normal have mean [2.5] "
                + "and covariance [0.0], which has no density. "
                + "Check that their features are finite and vary.");
    assertThatThrownBy(() -> NullModel.of(ExactMoments.of(2.5)))
        .isInstanceOf(DataException.class)
        .hasMessage(
            "Cannot fit the null model: the videos labelled normal have 1 segments in total. Ingest"
                + " more training footage.");
    assertThatThrownBy(() -> new NullModel(new double[2], new double[] {1, 1, 1, 1}))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("covariance [1.0, 1.0, 1.0, 1.0], which has no density");
    assertThatThrownBy(() -> new NullModel(new double[] {Double.NaN}, new double[] {1}))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("have mean [NaN]");
    assertThatThrownBy(() -> new NullModel(new double[2], new double[] {1, 0, 1, 1}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("A covariance is symmetric, but this one is not: [1.0, 0.0, 1.0, 1.0]");
    assertThatThrownBy(() -> new NullModel(new double[2], new double[1]))
        .hasMessage("A null model of 2 means does not fit 1 covariances.");
  }
}
