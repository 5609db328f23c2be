package org.c2fpl.method.detection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class DetectionMergerTest {

  private static List<Detection> merge(
      DetectionMerger merger, NavigableMap<Integer, Double> scores) {
    List<Detection> detections = new ArrayList<>();
    scores.forEach(
        (segment, score) -> {
          merger.add(segment, score);
          addIfPresent(detections, merger.poll());
        });
    merger.finish();
    addIfPresent(detections, merger.poll());
    return detections;
  }

  private static void addIfPresent(List<Detection> detections, Detection detection) {
    if (detection != null) {
      detections.add(detection);
    }
  }

  private static NavigableMap<Integer, Double> fromZero(double... scores) {
    NavigableMap<Integer, Double> bySegment = new TreeMap<>();
    for (double score : scores) {
      bySegment.put(bySegment.size(), score);
    }
    return bySegment;
  }

  @Test
  void mergesWhatLiesAboveAndNotWhatLiesAtTheThreshold() {
    assertThat(merge(new DetectionMerger(0.5), fromZero(0.75, 1, 0.5, 0.625, 0, 0.75, 0.875)))
        .containsExactly(
            new Detection(0, 2, 1, 0.875),
            new Detection(3, 4, 0.625, 0.625),
            new Detection(5, 7, 0.875, 0.8125));
  }

  @Test
  void aGapEndsARun() {
    NavigableMap<Integer, Double> scores = new TreeMap<>(Map.of(2, 0.5, 3, 0.75, 5, 1.0));
    assertThat(merge(new DetectionMerger(0), scores))
        .containsExactly(new Detection(2, 4, 0.75, 0.625), new Detection(5, 6, 1, 1));
  }

  @Test
  void takesNegativeScores() {
    assertThat(merge(new DetectionMerger(-4), fromZero(-3, -2)))
        .containsExactly(new Detection(0, 2, -2, -2.5));
  }

  @Test
  void videosDoNotTouch() {
    DetectionMerger merger = new DetectionMerger(0.5);
    assertThat(merge(merger, fromZero(1, 1))).containsExactly(new Detection(0, 2, 1, 1));
    assertThat(merge(merger, new TreeMap<>(Map.of(2, 1.0))))
        .containsExactly(new Detection(2, 3, 1, 1));
    assertThat(merge(merger, fromZero())).isEmpty();
  }

  @Test
  void framesDoNotOverflow() {
    Detection detection = new Detection(200_000_000, 200_000_001, 1, 1);
    assertThat(detection.startFrame(16)).isEqualTo(3_200_000_000L);
    assertThat(detection.endFrame(16)).isEqualTo(3_200_000_016L);
  }

  /** Scores are sixteenths, so that ties with the threshold are frequent; −1 is a gap. */
  @Property
  void agreesWithARunThatCannotBeExtended(
      @ForAll @Size(max = 40) List<@IntRange(min = -1, max = 16) Integer> sixteenths,
      @ForAll @IntRange(max = 16) int threshold) {
    NavigableMap<Integer, Double> scores = new TreeMap<>();
    for (int segment = 0; segment < sixteenths.size(); segment++) {
      if (sixteenths.get(segment) >= 0) {
        scores.put(segment, sixteenths.get(segment) / 16.0);
      }
    }

    // A detection is an interval of high segments with no high segment on either side.
    List<Detection> expected = new ArrayList<>();
    for (int from = 0; from < sixteenths.size(); from++) {
      for (int to = from + 1; to <= sixteenths.size(); to++) {
        List<Integer> inside = sixteenths.subList(from, to);
        boolean openBefore = from > 0 && sixteenths.get(from - 1) > threshold;
        boolean openAfter = to < sixteenths.size() && sixteenths.get(to) > threshold;
        if (inside.stream().allMatch(s -> s > threshold) && !openBefore && !openAfter) {
          int peak = inside.stream().max(Integer::compare).orElseThrow();
          BigDecimal sum = BigDecimal.valueOf(inside.stream().mapToLong(s -> s).sum());
          BigDecimal mean =
              sum.divide(BigDecimal.valueOf(16L * inside.size()), MathContext.DECIMAL64);
          expected.add(new Detection(from, to, peak / 16.0, mean.doubleValue()));
        }
      }
    }

    List<Detection> detections = merge(new DetectionMerger(threshold / 16.0), scores);
    assertThat(detections).hasSameSizeAs(expected);
    for (int i = 0; i < expected.size(); i++) {
      assertThat(detections.get(i).startSegment()).isEqualTo(expected.get(i).startSegment());
      assertThat(detections.get(i).endSegment()).isEqualTo(expected.get(i).endSegment());
      assertThat(detections.get(i).peakScore()).isEqualTo(expected.get(i).peakScore());
      assertThat(detections.get(i).meanScore())
          .isCloseTo(expected.get(i).meanScore(), within(1e-15));
    }
  }

  @Test
  void refusesWrongInput() {
    assertThatThrownBy(() -> new DetectionMerger(Double.NaN))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("A threshold needs to be a number, not NaN.");
    DetectionMerger merger = new DetectionMerger(0.5);
    merger.add(4, 1);
    assertThatThrownBy(() -> merger.add(4, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Segments need to ascend from 0, but 4 follows 4.");
    assertThatThrownBy(() -> merger.add(5, Double.NaN))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("The score of segment 5 is NaN.");
    merger.add(5, 0);
    assertThatThrownBy(() -> merger.add(6, 1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "The last detection has not been polled: Detection[startSegment=4, endSegment=5,"
                + " peakScore=1.0, meanScore=1.0].");
    assertThatThrownBy(merger::finish).isInstanceOf(IllegalStateException.class);
  }
}
