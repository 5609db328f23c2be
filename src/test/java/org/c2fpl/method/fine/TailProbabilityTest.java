package org.c2fpl.method.fine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TailProbabilityTest {

  /** Computed with 30 digits. */
  @ParameterizedTest
  @CsvSource({
    "-8, -6.2209605742717858094e-16",
    "-1, -0.17275377902344988953",
    "0, -0.69314718055994530942",
    "0.5, -1.1759117615936186089",
    "1, -1.8410216450092635058",
    "2.828, -6.0567541441215154269",
    "3, -6.6077262215103495433",
    "5, -15.064998393988725736",
    "10, -53.231285150512470578",
    "37.5, -707.66898931750719107",
    "100, -5005.5242086942050886"
  })
  void normalTail(double t, double log) {
    assertThat(TailProbability.logNormalUpper(t))
        .isCloseTo(log, within(1e-12 * Math.min(1, Math.abs(log)) + 1e-15 * Math.abs(log)));
  }

  @ParameterizedTest
  @CsvSource({
    "1, 0.01, -0.083007412170328012265",
    "1, 1, -1.1478744644493181964",
    "1, 7.5, -5.0880727587759052991",
    "1, 50, -27.200889545537434422",
    "1, 3000, -1504.2293081924811103",
    "2, 0.01, -0.005",
    "2, 7.5, -3.75",
    "3, 0.01, -0.0002652002211258187766",
    "3, 1, -0.22157982843984867455",
    "3, 7.5, -2.8549542914761806781",
    "3, 50, -23.250347991217212586",
    "3, 3000, -1496.2222744019926869",
    "4, 1, -0.094534891891835618022",
    "4, 3000, -1492.686113168366538",
    "7, 1, -0.0051848817822515551958",
    "7, 7.5, -0.97091349424603271717",
    "7, 3000, -1482.9162556908556873"
  })
  void chiSquaredTail(int degrees, double x, double log) {
    assertThat(TailProbability.logChiSquaredUpper(degrees, x))
        .isCloseTo(log, within(1e-12 * Math.max(1, Math.abs(log) * 1e-2)));
  }

  @Test
  void allIsAboveZero() {
    assertThat(TailProbability.logChiSquaredUpper(1, 0)).isZero();
    assertThat(TailProbability.logChiSquaredUpper(5, 0)).isZero();
    assertThatThrownBy(() -> TailProbability.logChiSquaredUpper(0, 1))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Property
  void theTwoSidesOfANormalSumToTheTailOfItsSquare(
      @ForAll @DoubleRange(min = 0, max = 36) double t) {
    double twice = Math.log(2) + TailProbability.logNormalUpper(t);
    assertThat(TailProbability.logChiSquaredUpper(1, t * t))
        .isCloseTo(twice, within(1e-12 * Math.max(1, Math.abs(twice))));
  }
}
