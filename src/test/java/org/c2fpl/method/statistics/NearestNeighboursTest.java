package org.c2fpl.method.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.c2fpl.method.statistics.NearestNeighbours.Reference;
import org.junit.jupiter.api.Test;

class NearestNeighboursTest {

  private static List<Reference> references(int count, int dim, Random random) {
    List<Reference> references = new ArrayList<>();
    for (int r = 0; r < count; r++) {
      references.add(new Reference("v" + r % 3, vector(dim, random)));
    }
    return references;
  }

  private static float[] vector(int dim, Random random) {
    float[] vector = new float[dim];
    for (int d = 0; d < dim; d++) {
      vector[d] = (float) (d + random.nextGaussian() * (d + 1));
    }
    return vector;
  }

  /** Sorts all distances. */
  private static double naive(
      float[] x, List<Reference> references, double[] deviation, int k, String not) {
    List<Double> distances = new ArrayList<>();
    for (Reference reference : references) {
      if (!reference.videoId().equals(not)) {
        double squares = 0;
        for (int d = 0; d < x.length; d++) {
          if (deviation[d] > 0) {
            squares += Math.pow((x[d] - reference.vector()[d]) / deviation[d], 2);
          }
        }
        distances.add(Math.sqrt(squares));
      }
    }
    return distances.stream()
        .sorted()
        .limit(k)
        .mapToDouble(Double::doubleValue)
        .average()
        .orElse(0);
  }

  @Property(tries = 200)
  void equalsSortingAllDistances(
      @ForAll @IntRange(min = 1, max = 30) int count,
      @ForAll @IntRange(min = 1, max = 9) int dim,
      @ForAll @IntRange(min = 1, max = 12) int k,
      @ForAll boolean except,
      @ForAll long seed) {
    Random random = new Random(seed);
    List<Reference> references = references(count, dim, random);
    double[] mean = new double[dim];
    double[] deviation = new double[dim];
    for (int d = 0; d < dim; d++) {
      mean[d] = random.nextGaussian();
      deviation[d] = random.nextInt(5) == 0 ? 0 : 0.5 + random.nextDouble();
    }
    NearestNeighbours neighbours =
        new NearestNeighbours(references, new FeatureProfile(mean, deviation), k);
    float[] x = vector(dim, random);
    String not = except ? "v1" : null;
    double expected = naive(x, references, deviation, k, not);
    assertThat(neighbours.meanDistance(x, not)).isCloseTo(expected, within(1e-4 * (1 + expected)));
  }

  @Test
  void standardizesByTheReferencesWithoutAProfile() {
    List<Reference> references =
        List.of(
            new Reference("a", new float[] {0, 7}),
            new Reference("a", new float[] {2, 7}),
            new Reference("b", new float[] {4, 7}));
    // Deviation 2 in the first dimension; the second does not vary and counts for nothing.
    NearestNeighbours neighbours = new NearestNeighbours(references, null, 2);
    assertThat(neighbours.meanDistance(new float[] {5, -100}, null))
        .isCloseTo((0.5 + 1.5) / 2, within(1e-6));
    assertThat(neighbours.meanDistance(new float[] {5, 7}, "b"))
        .isCloseTo((1.5 + 2.5) / 2, within(1e-6));
    assertThat(
            new NearestNeighbours(references.subList(0, 2), null, 2)
                .meanDistance(new float[] {5, 7}, "a"))
        .isZero();
  }

  @Test
  void aSegmentIsTheMeanOfItsCrops() {
    ByteBuffer features = ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : new float[] {1, 10, 2, 20, 6, 60}) {
      features.putFloat(value);
    }
    assertThat(NearestNeighbours.cropMean(features.array(), 3, 2)).containsExactly(3, 30);
    assertThatThrownBy(() -> NearestNeighbours.cropMean(features.array(), 2, 2))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void refusesNoReferencesNoNeighboursAndOtherDimensions() {
    List<Reference> one = List.of(new Reference("a", new float[] {1}));
    assertThatThrownBy(() -> new NearestNeighbours(List.of(), null, 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new NearestNeighbours(one, null, 0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new NearestNeighbours(one, null, 1).meanDistance(new float[2], null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a vector of 2 components, not 1");
  }
}
