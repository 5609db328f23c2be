package org.c2fpl.method.coarse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import org.c2fpl.errors.DataException;
import org.c2fpl.method.coarse.DivisiveClustering.Anomalous;
import org.c2fpl.method.coarse.DivisiveClustering.Child;
import org.c2fpl.method.coarse.DivisiveClustering.Iteration;
import org.c2fpl.method.coarse.DivisiveClustering.Result;
import org.c2fpl.method.coarse.DivisiveClustering.Split;
import org.c2fpl.method.coarse.DivisiveClustering.TwoWayClustering;
import org.junit.jupiter.api.Test;

class DivisiveClusteringTest {
  private static final MixtureComponent COMPONENT =
      new MixtureComponent(0.5, new double[2], new double[4]);

  @Test
  void theSmallerChildIsAnomalousUntilTheRatioIsExceeded() {
    Result<String> result =
        DivisiveClustering.run(
            "all",
            100,
            KnownCounts.NONE,
            1.0,
            scripted(
                Split.of(child("a", 70), child("b", 30), -1),
                Split.of(child("c", 20), child("d", 50), -2),
                Split.of(child("e", 49), child("f", 1), -3)));

    // 30/70 and 50/50 do not exceed 1; 51/49 does.
    assertThat(result.normal()).isEqualTo("e");
    assertThat(result.anomalous())
        .containsExactly(new Anomalous<>("b", 1), new Anomalous<>("c", 2), new Anomalous<>("f", 3));
    assertThat(result.iterations())
        .extracting(Iteration::anomalousVideos)
        .containsExactly(30L, 50L, 51L);
    assertThat(result.iterations())
        .extracting(Iteration::ratio)
        .containsExactly(30 / 70.0, 1.0, 51 / 49.0);
    assertThat(result.iterations())
        .extracting(Iteration::logLikelihood)
        .containsExactly(-1.0, -2.0, -3.0);
    assertThat(result.stoppedEarly()).isNull();
  }

  @Test
  void etaDecidesWhenToStop() {
    Result<String> result =
        DivisiveClustering.run(
            "all",
            100,
            KnownCounts.NONE,
            0.4,
            scripted(Split.of(child("a", 70), child("b", 30), -1)));
    assertThat(result.iterations()).hasSize(1);
    assertThat(result.normal()).isEqualTo("a");
  }

  @Test
  void ofEqualChildrenTheOneWithTheLargerSigmaIsAnomalous() {
    Split<String> split = Split.of(child("calm", 5, 9, 1), child("restless", 5, 2, 3), 0);
    Result<String> result =
        DivisiveClustering.run("all", 10, KnownCounts.NONE, 0.5, scripted(split));
    assertThat(result.normal()).isEqualTo("calm");

    Split<String> swapped = Split.of(child("restless", 5, 2, 3), child("calm", 5, 9, 1), 0);
    assertThat(DivisiveClustering.run("all", 10, KnownCounts.NONE, 0.5, scripted(swapped)).normal())
        .isEqualTo("calm");
  }

  @Test
  void ofChildrenEqualInSizeAndSigmaTheOneWithTheLargerMuIsAnomalous() {
    Split<String> split = Split.of(child("loud", 5, 9, 1), child("quiet", 5, 2, 1), 0);
    assertThat(DivisiveClustering.run("all", 10, KnownCounts.NONE, 0.5, scripted(split)).normal())
        .isEqualTo("quiet");
  }

  @Test
  void knownLabelsDecideWhichChildIsAnomalous() {
    // The larger child has 8 known anomalous of 10, the smaller one 1 of 10.
    Child<String> larger = child("larger", 70, 0, 0, new KnownCounts(2, 8));
    Child<String> smaller = child("smaller", 30, 0, 0, new KnownCounts(9, 1));
    Result<String> result =
        DivisiveClustering.run(
            "all", 100, new KnownCounts(11, 9), 1.0, scripted(Split.of(smaller, larger, 0)));
    assertThat(result.normal()).isEqualTo("smaller");
    // 9 known and the 60 unknown ones of the larger child; the ratio wanted is 19/21.
    assertThat(result.iterations()).extracting(Iteration::anomalousVideos).containsExactly(69L);
    assertThat(result.iterations()).extracting(Iteration::normalVideos).containsExactly(31L);
  }

  @Test
  void knownLabelsTellTheRatio() {
    // 20 known normal videos weigh as much as η = 1: the ratio wanted is 1/3, not 1.
    Child<String> a = child("a", 60, 0, 0, new KnownCounts(20, 0));
    Child<String> b = child("b", 40, 0, 0);
    Result<String> result =
        DivisiveClustering.run(
            "all", 100, new KnownCounts(20, 0), 1.0, scripted(Split.of(a, b, 0)));
    assertThat(result.iterations()).hasSize(1);
    assertThat(result.stoppedEarly()).isNull();
    assertThat(result.normal()).isEqualTo("a");
  }

  @Test
  void nothingIsSplitWhereNoLabelIsUnknown() {
    Result<String> result =
        DivisiveClustering.run("all", 10, new KnownCounts(9, 1), 1.0, scripted());
    assertThat(result.stoppedEarly()).isEqualTo("no video of unknown label is left");
    assertThat(result.normal()).isEqualTo("all");
  }

  @Test
  void fewerThanFourVideosAreRefused() {
    assertThatThrownBy(() -> DivisiveClustering.run("all", 3, KnownCounts.NONE, 1.0, scripted()))
        .isInstanceOf(DataException.class)
        .hasMessage(
            "Cannot cluster videos: there are 3 videos, and a mixture of two needs at least 4."
                + " Ingest more training footage.");
  }

  @Test
  void whatCannotBeSplitStopsTheLoopAndKeepsTheLabels() {
    Result<String> result =
        DivisiveClustering.run(
            "all",
            10,
            KnownCounts.NONE,
            1.0,
            scripted(Split.of(child("a", 8), child("b", 2), 0), Split.impossible("all equal")));
    assertThat(result.stoppedEarly()).isEqualTo("all equal");
    assertThat(result.normal()).isEqualTo("a");
    assertThat(result.anomalous()).hasSize(1);
  }

  @Test
  void anEmptyChildStopsTheLoop() {
    Result<String> result =
        DivisiveClustering.run(
            "all", 10, KnownCounts.NONE, 1.0, scripted(Split.of(child("a", 10), child("b", 0), 0)));
    assertThat(result.stoppedEarly()).isEqualTo("one of the two clusters is empty");
    assertThat(result.normal()).isEqualTo("all");
    assertThat(result.anomalous()).isEmpty();
  }

  @Test
  void tooFewNormalVideosStopTheLoop() {
    Result<String> result =
        DivisiveClustering.run(
            "all", 5, KnownCounts.NONE, 9.0, scripted(Split.of(child("a", 3), child("b", 2), 0)));
    assertThat(result.stoppedEarly()).isEqualTo("only 3 normal videos are left");
  }

  private static Child<String> child(String name, long size) {
    return child(name, size, 0, 0);
  }

  private static Child<String> child(String name, long size, double meanMu, double meanSigma) {
    return child(name, size, meanMu, meanSigma, KnownCounts.NONE);
  }

  private static Child<String> child(
      String name, long size, double meanMu, double meanSigma, KnownCounts known) {
    return new Child<>(name, size, meanMu, meanSigma, known, COMPONENT);
  }

  @SafeVarargs
  private static TwoWayClustering<String> scripted(Split<String>... splits) {
    Queue<Split<String>> script = new ArrayDeque<>(List.of(splits));
    return cluster -> script.remove();
  }
}
