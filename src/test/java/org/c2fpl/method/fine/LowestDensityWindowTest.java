package org.c2fpl.method.fine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LowestDensityWindowTest {
  private static final MathContext DIGITS = new MathContext(60, RoundingMode.HALF_EVEN);
  private final Map<Double, BigDecimal> exponentials = new HashMap<>();

  /** e^x by halving to a small argument, the Taylor series, and squaring back. */
  private static BigDecimal exp(double x) {
    MathContext digits = new MathContext(100);
    BigDecimal halved = new BigDecimal(x);
    int halvings = 0;
    while (halved.abs().compareTo(BigDecimal.ONE) > 0) {
      halved = halved.divide(BigDecimal.valueOf(2), digits);
      halvings++;
    }
    BigDecimal term = BigDecimal.ONE;
    BigDecimal sum = BigDecimal.ONE;
    for (int i = 1; i < 70; i++) {
      term = term.multiply(halved, digits).divide(BigDecimal.valueOf(i), digits);
      sum = sum.add(term, digits);
    }
    for (int i = 0; i < halvings; i++) {
      sum = sum.multiply(sum, digits);
    }
    return sum.round(DIGITS);
  }

  private BigDecimal windowSum(double[] logs, int start, int width) {
    BigDecimal sum = BigDecimal.ZERO;
    for (int j = start; j < start + width; j++) {
      sum = sum.add(exponentials.computeIfAbsent(logs[j], LowestDensityWindowTest::exp), DIGITS);
    }
    return sum;
  }

  /** No window may be lower by a factor outside the tie, and no earlier one may be as low. */
  private void assertLowest(double[] logs, int width, int found) {
    BigDecimal[] sums = new BigDecimal[logs.length - width + 1];
    BigDecimal least = null;
    for (int start = 0; start < sums.length; start++) {
      sums[start] = windowSum(logs, start, width);
      least = least == null || sums[start].compareTo(least) < 0 ? sums[start] : least;
    }
    double worstLog = 0;
    for (double log : logs) {
      worstLog = Math.max(worstLog, Math.abs(log));
    }
    // A tie in the log, as a factor of the sum.
    BigDecimal tie = BigDecimal.valueOf(1 + 2e-12 * Math.max(1, worstLog));
    assertThat(sums[found]).isLessThanOrEqualTo(least.multiply(tie));
    for (int start = 0; start < found; start++) {
      assertThat(sums[start]).isGreaterThan(sums[found]);
    }
  }

  /** Log densities of a unit Gaussian: ordinary segments, +5 … +13 σ, 40 σ, 1000 σ, repeats. */
  @Provide
  Arbitrary<double[]> videos() {
    Arbitrary<Double> ordinary = Arbitraries.doubles().between(-3, 3).withoutEdgeCases();
    Arbitrary<Double> far = Arbitraries.doubles().between(5, 13).withoutEdgeCases();
    Arbitrary<Double> repeated = Arbitraries.of(0.0, 1.0, 5.0, 13.0, 40.0, 1000.0);
    return Arbitraries.frequencyOf(Tuple.of(4, ordinary), Tuple.of(3, far), Tuple.of(3, repeated))
        .map(z -> -0.9189385332046727 - 0.5 * z * z)
        .array(double[].class)
        .ofMinSize(1)
        .ofMaxSize(40)
        .withoutEdgeCases();
  }

  @Property
  void isTheLowestWindowOfAnyWidth(
      @ForAll("videos") double[] logs, @ForAll @IntRange(max = 1000) int w) {
    int width = 1 + w % logs.length;
    assertLowest(logs, width, LowestDensityWindow.start(logs, 0, logs.length, width));
  }

  @Property(tries = 20)
  void isTheLowestWindowOfWidthOne(@ForAll("videos") double[] logs) {
    assertLowest(logs, 1, LowestDensityWindow.start(logs, 0, logs.length, 1));
  }

  @Property(tries = 50)
  void findsAWindowOfNothingButOutliersInALongVideo(@ForAll long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int length = 300;
    int width = 60;
    double[] logs = new double[length];
    int from = random.nextInt(length - width);
    for (int j = 0; j < length; j++) {
      boolean outlier = j >= from && j < from + width;
      double z = outlier ? random.nextDouble(5, 13) : random.nextDouble(-2, 2);
      logs[j] = -0.5 * z * z;
    }
    assertThat(LowestDensityWindow.start(logs, 0, length, width)).isEqualTo(from);
  }

  @Test
  void looksAtTheMeanOfDensitiesNotOfLogs() {
    // The mean log is lowest on the left, the mean density on the right.
    double[] logs = {-1, -500_000, -1, -10, -10};
    assertThat(LowestDensityWindow.start(logs, 0, 5, 2)).isEqualTo(3);
  }

  @Test
  void comparesWindowsThatUnderflowWhole() {
    double[] logs = {-800, -800, -801, -801, -500_000, -499_999.5, -500_000, -500_000.25, -1};
    assertThat(LowestDensityWindow.start(logs, 0, 9, 1)).isEqualTo(7);
    assertThat(LowestDensityWindow.start(logs, 0, 9, 2)).isEqualTo(6);
    assertThat(LowestDensityWindow.start(logs, 0, 4, 2)).isEqualTo(2);
  }

  @Test
  void theFirstOfTiedWindowsWins() {
    double[] plateau = new double[61_032];
    Arrays.fill(plateau, -500_000.123);
    assertThat(LowestDensityWindow.start(plateau, 0, plateau.length, 12_207)).isZero();
    // Two windows of the same segments in other order.
    double[] mirrored = {-1, -5, -7.3, -2.9, -1, -1, -1, -1, -2.9, -7.3, -5, -1};
    assertThat(LowestDensityWindow.start(mirrored, 0, 12, 3)).isEqualTo(1);
    assertThat(LowestDensityWindow.start(new double[] {-3, -3 - 1e-13, -1}, 0, 3, 1)).isZero();
    assertThat(LowestDensityWindow.start(new double[] {-3, -3 - 1e-11, -1}, 0, 3, 1)).isOne();
  }

  @Test
  void longestVideoOfUcfCrime() {
    SplittableRandom random = new SplittableRandom(1);
    double[] logs = new double[61_032];
    for (int j = 0; j < logs.length; j++) {
      boolean outlier = j >= 30_000 && j < 42_207;
      double z = outlier ? 10 + random.nextDouble() : random.nextDouble(-2, 2);
      logs[j] = -0.5 * z * z;
    }
    assertThat(LowestDensityWindow.start(logs, 0, logs.length, 12_207)).isEqualTo(30_000);
  }

  @Test
  void countsFromTheVideosFirstSegment() {
    double[] logs = {-900, -1, -2, -3, -2, -900};
    assertThat(LowestDensityWindow.start(logs, 1, 4, 2)).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({
    "15, 0.2, 3",
    "16, 0.2, 4",
    "1, 0.2, 1",
    "61032, 0.2, 12207",
    "3, 1.0, 3",
    "10, 0.3, 3",
    "100, 0.07, 7",
    "5, 1e-9, 1",
    "2147483647, 1.0, 2147483647"
  })
  void widthIsTheCeilingOfTheDecimalProduct(int segments, double beta, int width) {
    assertThat(LowestDensityWindow.width(segments, beta)).isEqualTo(width);
  }

  @Test
  void refusesWhatIsNoWindow() {
    assertThatThrownBy(() -> LowestDensityWindow.width(0, 0.2))
        .hasMessage(
            "A window needs at least 1 segment and a beta in (0, 1], not 0 segments and beta 0.2.");
    assertThatThrownBy(() -> LowestDensityWindow.width(3, Double.NaN))
        .hasMessageContaining("beta NaN");
    assertThatThrownBy(() -> LowestDensityWindow.start(new double[3], 0, 3, 4))
        .hasMessage("A window of 4 segments does not fit a video of 3.");
    assertThatThrownBy(
            () -> LowestDensityWindow.start(new double[] {0, Double.NEGATIVE_INFINITY}, 0, 2, 1))
        .hasMessage("A log density is finite, not -Infinity.");
  }
}
