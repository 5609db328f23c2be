package org.c2fpl.method.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class FrameTruthTest {

  /** Frame by frame: which segment has it, and is it anomalous? */
  private static List<SegmentFrames> exploded(
      int r, int m, Long length, List<long[]> anomalies, boolean repeat) {
    long total = length == null ? (long) r * m : length;
    long[] positives = new long[m];
    long[] negatives = new long[m];
    for (long frame = 0; frame < total; frame++) {
      int segment = (int) (frame / r);
      if (segment >= m) {
        if (!repeat) {
          continue;
        }
        segment = m - 1;
      }
      boolean anomalous = false;
      for (long[] range : anomalies) {
        anomalous |= frame >= range[0] && frame < range[1];
      }
      if (anomalous) {
        positives[segment]++;
      } else {
        negatives[segment]++;
      }
    }
    List<SegmentFrames> counts = new ArrayList<>();
    for (int j = 0; j < m; j++) {
      counts.add(new SegmentFrames(positives[j], negatives[j]));
    }
    return counts;
  }

  @Property
  void countsAsExplodedFramesDo(
      @ForAll @IntRange(min = 1, max = 20) int r,
      @ForAll @IntRange(min = 1, max = 6) int m,
      @ForAll @IntRange(min = -1, max = 150) int length,
      @ForAll boolean repeat,
      @ForAll long seed) {
    Random random = new Random(seed);
    List<long[]> anomalies = new ArrayList<>();
    long at = random.nextInt(20);
    while (at < 160) {
      long end = at + 1 + random.nextInt(40);
      anomalies.add(new long[] {at, end});
      at = end + random.nextInt(30);
    }
    long[] starts = anomalies.stream().mapToLong(range -> range[0]).toArray();
    long[] ends = anomalies.stream().mapToLong(range -> range[1]).toArray();
    Long frames = length < 0 ? null : Long.valueOf(length);
    FrameTruth truth = new FrameTruth(r, repeat ? TailPolicy.REPEAT : TailPolicy.DROP);
    List<SegmentFrames> counts = new ArrayList<>();
    for (int j = 0; j < m; j++) {
      counts.add(truth.count(j, m, frames, starts, ends));
    }
    assertThat(counts).isEqualTo(exploded(r, m, frames, anomalies, repeat));
    assertThat(truth.count(m, frames, starts, ends))
        .isEqualTo(
            new SegmentFrames(
                counts.stream().mapToLong(SegmentFrames::positives).sum(),
                counts.stream().mapToLong(SegmentFrames::negatives).sum()));
  }

  @Test
  void theTailBelongsToTheLastSegmentOrToNone() {
    long[] starts = {30};
    long[] ends = {35};
    assertThat(new FrameTruth(16, TailPolicy.REPEAT).count(1, 2, 40L, starts, ends))
        .isEqualTo(new SegmentFrames(5, 19));
    assertThat(new FrameTruth(16, TailPolicy.DROP).count(1, 2, 40L, starts, ends))
        .isEqualTo(new SegmentFrames(2, 14));
  }

  @Test
  void refusesSegmentsThatAreNone() {
    FrameTruth truth = new FrameTruth(16, TailPolicy.REPEAT);
    assertThatThrownBy(() -> truth.count(2, 2, null, new long[0], new long[0]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("segment 2 of 2");
    assertThatThrownBy(() -> new FrameTruth(0, TailPolicy.DROP))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("0 frames per segment");
  }
}
