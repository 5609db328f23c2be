package org.c2fpl.method.coarse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.c2fpl.method.coarse.NotebookProcedure.Parameters;
import org.c2fpl.method.coarse.NotebookProcedure.Video;
import org.c2fpl.method.coarse.PublishedClustering.Result;
import org.c2fpl.method.coarse.PublishedClustering.Step;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PublishedClusteringTest {

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void labelsVideosAsTheNotebookDoesFromTheSameStart(long seed) {
    double[][] videos = videos(1500, seed);
    double eta = seed % 2 == 0 ? 1.0 : 0.6;
    Result result = PublishedClustering.run(videos[0], videos[1], eta, this::cutAtTheMean);

    TreeSet<Integer> expected =
        new NotebookProcedure(this::cutAtTheMean).anomalous(asList(videos), eta);
    TreeSet<Integer> found = new TreeSet<>();
    for (int i = 0; i < 1500; i++) {
      if (result.iteration()[i] > 0) {
        found.add(i);
      }
    }
    assertThat(found).isEqualTo(expected);
    // Both the split by component and the percentile took part.
    assertThat(result.steps()).hasSizeGreaterThan(2);
    assertThat(result.steps().get(0).moved()).isPositive();
    assertThat(result.stoppedEarly()).isNull();
  }

  @Test
  void theLoopEndsAtTheRatioAndItsStepsAddUp() {
    double[][] videos = videos(1000, 11);
    Result result = PublishedClustering.run(videos[0], videos[1], 1.0);
    int anomalous = 0;
    for (Step step : result.steps()) {
      int iteration = step.iteration();
      assertThat(java.util.Arrays.stream(result.iteration()).filter(i -> i == iteration).count())
          .isEqualTo(step.moved());
      assertThat((double) anomalous / (1000 - anomalous)).isLessThan(1.0);
      anomalous += step.moved();
      assertThat(step.anomalousVideos()).isEqualTo(anomalous);
      assertThat(step.normalVideos()).isEqualTo(1000 - anomalous);
    }
    assertThat((double) anomalous / (1000 - anomalous)).isGreaterThanOrEqualTo(1.0);
  }

  @Test
  void theSecondGroupOfTheStartHasTheLargerVariance() {
    double[] mean = {5, 6, 5, 1, 2, 1};
    double[] variance = {10, 11, 12, 50, 51, 52};
    SphericalMixture start = PublishedClustering.start(mean, variance);
    assertThat(start.means()[0]).containsExactly(new double[] {16 / 3.0, 11}, within(1e-12));
    assertThat(start.means()[1]).containsExactly(new double[] {4 / 3.0, 51}, within(1e-12));
    assertThat(start.weights()).containsExactly(0.5, 0.5);
  }

  @Test
  void videosOfOneSegmentEachArePartedByTheirMean() {
    double[] mean = {1, 2, 1.5, 9, 9.5};
    SphericalMixture start = PublishedClustering.start(mean, new double[5]);
    assertThat(start.means()[1]).containsExactly(new double[] {9.25, 0}, within(1e-12));
  }

  @Test
  void equalVideosAreNormal() {
    Result result =
        PublishedClustering.run(new double[] {3, 3, 3, 3, 3}, new double[] {1, 1, 1, 1, 1}, 1.0);
    assertThat(result.iteration()).containsOnly(0);
    assertThat(result.stoppedEarly())
        .isEqualTo("all 5 normal videos have the same mean and variance");
  }

  @Test
  void threeNormalVideosAreNotSplitAnyMore() {
    Result result =
        PublishedClustering.run(new double[] {1, 2, 3, 4, 50}, new double[] {1, 1, 2, 2, 9}, 50);
    assertThat(result.stoppedEarly()).isEqualTo("only 3 normal videos are left");
  }

  /** A cloud of calm videos, a smaller one of loud ones, a few far out. */
  private static double[][] videos(int n, long seed) {
    Random random = new Random(seed);
    double[][] videos = new double[2][n];
    for (int i = 0; i < n; i++) {
      int kind = random.nextInt(10);
      double scale = kind < 7 ? 20 : kind < 9 ? 60 : 150;
      videos[0][i] = 200 + (kind < 7 ? 0 : 40) + scale * random.nextGaussian();
      videos[1][i] = random.nextInt(50) == 0 ? 0 : Math.abs(3 * scale * random.nextGaussian());
    }
    return videos;
  }

  /** A start of no merit: the videos above the mean, and the others. */
  private SphericalMixture cutAtTheMean(double[] mean, double[] variance) {
    List<Video> videos = asList(new double[][] {mean, variance});
    Parameters parameters = cutAtTheMean(videos);
    double[] a = parameters.first();
    double[] b = parameters.second();
    return new SphericalMixture(
        new double[] {a[0], b[0]},
        new double[][] {{a[1], a[2]}, {b[1], b[2]}},
        new double[] {a[3], b[3]});
  }

  private Parameters cutAtTheMean(List<Video> videos) {
    double mean = videos.stream().mapToDouble(video -> video.features()[0]).average().orElseThrow();
    double[] above =
        videos.stream().mapToDouble(video -> video.features()[0] > mean ? 1 : 0).toArray();
    double[] below =
        videos.stream().mapToDouble(video -> video.features()[0] > mean ? 0 : 1).toArray();
    return new Parameters(
        NotebookProcedure.component(videos, below), NotebookProcedure.component(videos, above));
  }

  private static List<Video> asList(double[][] videos) {
    List<Video> list = new ArrayList<>();
    for (int i = 0; i < videos[0].length; i++) {
      list.add(new Video(i, new double[] {videos[0][i], videos[1][i]}));
    }
    return list;
  }
}
