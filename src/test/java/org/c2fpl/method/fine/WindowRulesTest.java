package org.c2fpl.method.fine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.c2fpl.method.exact.ExactMoments;
import org.c2fpl.method.statistics.NullModel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WindowRulesTest {

  /** From norms to labels as in the published notebook, with lists and plain loops. */
  private static List<Integer> publishedLabels(
      List<Double> video, double mean, double variance, double share) {
    List<Double> densities = new ArrayList<>();
    for (double norm : video) {
      double z = (norm - mean) / Math.sqrt(variance);
      // The log first, as multivariate_normal.pdf does.
      double rest = StrictMath.log(2 * Math.PI) + 2 * StrictMath.log(Math.sqrt(variance));
      densities.add(Math.exp(-0.5 * rest - 0.5 * z * z));
    }
    List<Integer> labels = new ArrayList<>(Collections.nCopies(video.size(), 0));
    int size = (int) Math.floor(video.size() * share);
    if (size == 0) {
      return labels;
    }
    List<Double> totals = new ArrayList<>();
    for (int begin = 0; begin <= video.size() - size; begin++) {
      double total = 0;
      List<Double> inside = densities.subList(begin, begin + size);
      for (int k = 1; k < inside.size(); k++) {
        total += Math.abs(inside.get(k) - inside.get(k - 1));
      }
      totals.add(total);
    }
    int chosen = totals.indexOf(Collections.max(totals));
    for (int k = chosen; k < chosen + size; k++) {
      labels.set(k, 1);
    }
    return labels;
  }

  /** The window of least mean density, with separate sums. */
  private static List<Integer> paperLabels(
      List<Double> video, double mean, double variance, double share) {
    int size = (int) Math.ceil(Math.round(1e9 * video.size() * share) / 1e9);
    int chosen = 0;
    double least = Double.POSITIVE_INFINITY;
    for (int begin = 0; begin + size <= video.size(); begin++) {
      double sum = 0;
      for (double norm : video.subList(begin, begin + size)) {
        sum += Math.exp(-(norm - mean) * (norm - mean) / (2 * variance));
      }
      if (sum < least * (1 - 1e-11)) {
        least = sum;
        chosen = begin;
      }
    }
    List<Integer> labels = new ArrayList<>(Collections.nCopies(video.size(), 0));
    Collections.fill(labels.subList(chosen, chosen + size), 1);
    return labels;
  }

  private static List<Integer> labels(
      WindowRule rule, NullModel model, List<Double> video, double beta) {
    double[] logP = new double[video.size() + 3];
    for (int j = 0; j < video.size(); j++) {
      logP[j] = PValue.DENSITY.log(model, video.get(j), 0);
    }
    int width = rule.width(video.size(), beta);
    List<Integer> labels = new ArrayList<>(Collections.nCopies(video.size(), 0));
    if (width > 0) {
      int start = rule.start(logP, video.size(), width);
      Collections.fill(labels.subList(start, start + width), 1);
    }
    return labels;
  }

  /** 600 videos per seed: some short, some flat in places, some with far outliers. */
  private static List<List<Double>> videos(Random random) {
    List<List<Double>> videos = new ArrayList<>();
    for (int v = 0; v < 600; v++) {
      int segments = 1 + random.nextInt(v % 3 == 0 ? 12 : 150);
      List<Double> norms = new ArrayList<>();
      for (int j = 0; j < segments; j++) {
        boolean flat = v % 4 == 1 && j > 0 && random.nextDouble() < 0.6;
        double norm = 10 + random.nextGaussian() + (v % 5 == 2 && j > segments / 2 ? 6 : 0);
        norms.add(flat ? norms.get(j - 1) : norm);
      }
      videos.add(norms);
    }
    return videos;
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void windowsAreThoseOfIndependentTranscriptions(long seed) {
    List<List<Double>> videos = videos(new Random(seed));
    ExactMoments moments = new ExactMoments();
    videos.subList(0, 300).forEach(video -> video.forEach(moments::add));
    NullModel model = NullModel.of(moments);
    double mean = model.mean()[0];
    double variance = model.covariance()[0];
    for (List<Double> video : videos) {
      for (double beta : new double[] {0.2, 0.35}) {
        assertThat(labels(WindowRule.GREATEST_CHANGE, model, video, beta))
            .as("published window of %s", video)
            .isEqualTo(publishedLabels(video, mean, variance, beta));
        assertThat(labels(WindowRule.LOWEST_P, model, video, beta))
            .as("paper's window of %s", video)
            .isEqualTo(paperLabels(video, mean, variance, beta));
      }
    }
  }

  @Test
  void thePublishedWindowMayBeEmptyOrOneSegment() {
    assertThat(GreatestChangeWindow.width(4, 0.2)).isZero();
    assertThat(GreatestChangeWindow.width(5, 0.2)).isOne();
    assertThat(GreatestChangeWindow.width(10, 0.7)).isEqualTo(7);
    // As doubles: 0.29 · 100 is below 29.
    assertThat(GreatestChangeWindow.width(100, 0.29)).isEqualTo(28);
    assertThat(GreatestChangeWindow.start(new double[] {1, 2, 9}, 0, 3, 1)).isZero();
    assertThat(GreatestChangeWindow.start(new double[] {7, 1, 1, 4, 4, 1}, 1, 5, 2)).isEqualTo(1);
    assertThatThrownBy(() -> GreatestChangeWindow.start(new double[3], 0, 3, 4))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void theMostSurprisingWindowHasTheGreatestMean() {
    Random random = new Random(5);
    for (int v = 0; v < 1000; v++) {
      int m = 1 + random.nextInt(60);
      int width = 1 + random.nextInt(m);
      double[] values = random.doubles(m + 4).map(x -> Math.rint(8 * x) / 8).toArray();
      int best = 0;
      double greatest = -1;
      for (int start = 0; start + width <= m; start++) {
        double sum = 0; // exact: multiples of 1/8
        for (int j = start; j < start + width; j++) {
          sum += values[2 + j];
        }
        if (sum > greatest) {
          greatest = sum;
          best = start;
        }
      }
      GreatestMeanWindow.Window found = GreatestMeanWindow.find(values, 2, m, width);
      assertThat(found.start()).isEqualTo(best);
      assertThat(found.mean()).isEqualTo(greatest / width);
    }
    assertThatThrownBy(() -> GreatestMeanWindow.find(new double[] {Double.NaN}, 0, 1, 1))
        .hasMessage("A segment's value is finite, not NaN.");
  }

  @Test
  void aHugeValueLeavesLaterWindowsTheirDigits() {
    double[] values = {1e15, 0.1, 0.2, 0.3, 0.25, 0.3};
    double[] tail = java.util.Arrays.copyOfRange(values, 1, 6);
    assertThat(GreatestMeanWindow.start(values, 0, 6, 1)).isZero();
    assertThat(GreatestMeanWindow.start(tail, 0, 5, 2)).isEqualTo(2);
    double[] huge = {-1e15, 0.1, 0.2, 0.3, 0.25, 0.3};
    assertThat(GreatestMeanWindow.start(huge, 0, 6, 2)).isEqualTo(3);
  }

  @Test
  void oneSidedAndTwoSidedDifferWhereItIsCalm() {
    NullModel model = new NullModel(new double[] {10}, new double[] {4});
    assertThat(Math.exp(PValue.TWO_SIDED.log(model, 6, 0)))
        .isCloseTo(0.04550026389635842, org.assertj.core.api.Assertions.within(1e-15));
    assertThat(Math.exp(PValue.ONE_SIDED.log(model, 6, 0)))
        .isCloseTo(0.9772498680518208, org.assertj.core.api.Assertions.within(1e-15));
    assertThat(PValue.EMPIRICAL.log(model, 6, 2.5)).isEqualTo(-2.5);
    NullModel plane = new NullModel(new double[] {1, 1}, new double[] {4, 0, 0, 1});
    // Distance² = 1 + 4 and P(χ²_2 ≥ x) = exp(−x / 2).
    assertThat(PValue.TWO_SIDED.log(plane, new double[] {3, 3}, 0)).isEqualTo(-2.5);
    assertThatThrownBy(() -> PValue.ONE_SIDED.log(plane, new double[2], 0))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void softTargetsSmoothAndKeepConstants() {
    double[] out = new double[9];
    SoftTarget.smooth(new double[] {3, 3, 3, 3, 3, 3, 3, 3, 3}, 9, out);
    for (double value : out) {
      assertThat(value).isCloseTo(3, org.assertj.core.api.Assertions.within(1e-15));
    }
    SoftTarget.smooth(new double[] {0, 0, 0, 0, 1, 0, 0, 0, 0}, 9, out);
    double total = 0;
    for (int k = -4; k <= 4; k++) {
      total += Math.exp(-0.5 * k * k);
    }
    for (int j = 0; j < 9; j++) {
      assertThat(out[j])
          .isCloseTo(
              Math.exp(-0.5 * (j - 4) * (j - 4)) / total,
              org.assertj.core.api.Assertions.within(1e-15));
    }
    assertThat(SoftTarget.ofRank(0.5)).isEqualTo(1 / 16.0);
    assertThat(SoftTarget.of(false, 0.5)).isEqualTo(1 / 512.0);
    assertThat(SoftTarget.of(true, 0.5)).isEqualTo(0.5 + 1 / 512.0);
  }
}
