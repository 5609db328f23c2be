package org.c2fpl.method.detection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class ScoreSmoothingTest {
  @Test
  void isTheGaussianMeanWorkedByHand() {
    // σ = 0.5 reaches 2 segments; weights e⁻² at 1, e⁻⁸ at 2.
    double one = Math.exp(-2);
    double two = Math.exp(-8);
    double[] smoothed =
        new ScoreSmoothing(0.5).smooth(new int[] {0, 1, 2, 3}, new double[] {1, 0, 0, 0.5});
    double[] expected = {
      1 / (1 + one + two),
      (one + 0.5 * two) / (1 + 2 * one + two),
      (two + 0.5 * one) / (1 + 2 * one + two),
      0.5 / (1 + one + two)
    };
    assertThat(smoothed).containsExactly(expected, within(1e-15));
  }

  @Test
  void gapsPullTowardsNothing() {
    double[] apart = new ScoreSmoothing(1).smooth(new int[] {0, 5, 7}, new double[] {1, 0.2, 0});
    assertThat(apart[0]).isEqualTo(1);
    double weight = Math.exp(-2);
    assertThat(apart[1]).isEqualTo(0.2 / (1 + weight), within(1e-15));
    assertThat(apart[2]).isEqualTo(0.2 * weight / (1 + weight), within(1e-15));
  }

  @Test
  void aSigmaBelowAQuarterChangesNothing() {
    double[] scores = {0.1, 0.9, 0.4};
    assertThat(new ScoreSmoothing(0.24).smooth(new int[] {0, 1, 2}, scores)).isEqualTo(scores);
  }

  @Property(tries = 100)
  void equalsThePlainDoubleLoopAndStaysBetweenItsNeighbours(
      @ForAll @Size(min = 1, max = 40) List<@DoubleRange(min = 0, max = 1) Double> drawn,
      @ForAll @DoubleRange(min = 0.3, max = 6) double sigma) {
    double[] scores = drawn.stream().mapToDouble(Double::doubleValue).toArray();
    int[] indices = IntStream.range(0, scores.length).map(i -> i + i / 3).toArray();
    double[] smoothed = new ScoreSmoothing(sigma).smooth(indices, scores);
    double least = Arrays.stream(scores).min().orElseThrow();
    double largest = Arrays.stream(scores).max().orElseThrow();
    for (int i = 0; i < scores.length; i++) {
      double sum = 0;
      double weight = 0;
      for (int j = 0; j < scores.length; j++) {
        double distance = Math.abs(indices[i] - indices[j]);
        if (distance <= 4 * sigma) {
          double w = Math.exp(-distance * distance / (2 * sigma * sigma));
          sum += w * scores[j];
          weight += w;
        }
      }
      assertThat(smoothed[i]).isEqualTo(sum / weight, within(1e-12));
      assertThat(smoothed[i]).isBetween(least, largest);
    }
  }

  @Property(tries = 50)
  void aConstantStaysAsItIs(
      @ForAll @DoubleRange(min = 0, max = 1) double score,
      @ForAll @DoubleRange(min = 0.3, max = 9) double sigma) {
    double[] scores = new double[23];
    Arrays.fill(scores, score);
    int[] indices = IntStream.range(0, 23).toArray();
    assertThat(new ScoreSmoothing(sigma).smooth(indices, scores)).isEqualTo(scores);
  }

  @Test
  void refusesASigmaThatMeansNothing() {
    for (double sigma : new double[] {0, -1, Double.NaN, 1001}) {
      assertThatThrownBy(() -> new ScoreSmoothing(sigma))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("sigma must be in");
    }
  }
}
