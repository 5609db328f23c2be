package org.c2fpl.method.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.Set;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** The fixed values were computed by a separate program with unbounded integers. */
class SegmentDealTest {

  @Test
  void keysNeverChange() {
    assertThat(SegmentDeal.key(0, 0, "", 0)).isEqualTo(0x220360b5b93d25d5L);
    assertThat(SegmentDeal.key(42, 0, "Abuse001_x264", 0)).isEqualTo(0xf48f779771eecef7L);
    assertThat(SegmentDeal.key(42, 1, "Abuse001_x264", 0)).isEqualTo(0x9afdf8946e09b4c6L);
    assertThat(SegmentDeal.key(42, 0, "Abuse001_x264", 1)).isEqualTo(0x1df1749f2bb09ed1L);
    assertThat(SegmentDeal.key(43, 0, "Abuse001_x264", 0)).isEqualTo(0xf5855a2982134e73L);
    assertThat(SegmentDeal.key(-7, 3, "vid\u00e9o/\u76e3\u8996", 123456))
        .isEqualTo(0x5b154c667ba4e13eL);
  }

  @Test
  void workersNeverChange() {
    assertThat(workersOf(0x220360b5b93d25d5L)).containsExactly(0, 2, 6);
    assertThat(workersOf(0xf48f779771eecef7L)).containsExactly(1, 5, 11);
    assertThat(workersOf(0x9afdf8946e09b4c6L)).containsExactly(0, 3, 7);
    assertThat(workersOf(0x5b154c667ba4e13eL)).containsExactly(1, 6, 15);
  }

  private static int[] workersOf(long key) {
    return IntStream.of(2, 7, 16).map(workers -> SegmentDeal.worker(key, workers)).toArray();
  }

  @Test
  void ordersNeverChange() {
    assertThat(SegmentDeal.epochOrder(10, 42L, 0, 0)).containsExactly(8, 6, 0, 7, 4, 2, 1, 9, 3, 5);
    assertThat(SegmentDeal.epochOrder(10, 42L, 1, 0)).containsExactly(3, 8, 1, 0, 2, 7, 4, 6, 5, 9);
    assertThat(SegmentDeal.epochOrder(10, 42L, 0, 1)).containsExactly(8, 2, 6, 9, 4, 7, 1, 3, 0, 5);
    assertThat(SegmentDeal.epochOrder(12, -5L, 7, 3))
        .containsExactly(3, 6, 9, 5, 10, 2, 4, 1, 11, 7, 0, 8);
  }

  @Test
  void batchSeedsNeverChange() {
    assertThat(SegmentDeal.batchSeed(0, 0, 0, 0)).isEqualTo(0xc8832d4b053d952dL);
    assertThat(SegmentDeal.batchSeed(42, 1, 2, 3)).isEqualTo(0xec8af3d639d21196L);
    assertThat(SegmentDeal.batchSeed(42, 2, 1, 3)).isEqualTo(0x90b87bf0d153ebe3L);
    assertThat(SegmentDeal.batchSeed(-1, 99, 15, 1000)).isEqualTo(0xdfe7020ea8f2f187L);
  }

  @Test
  void dealsEvenlyAndIndependently() {
    int workers = 16;
    int deals = 2;
    long[][] joint = new long[workers][workers];
    Set<Long> keys = new HashSet<>();
    int segments = 0;
    for (int video = 0; video < 300; video++) {
      for (int segment = 0; segment < 1 + video; segment++) {
        int[] dealt = new int[deals];
        for (int deal = 0; deal < deals; deal++) {
          long key = SegmentDeal.key(7, deal, "video" + video, segment);
          keys.add(key);
          dealt[deal] = SegmentDeal.worker(key, workers);
        }
        joint[dealt[0]][dealt[1]]++;
        segments++;
      }
    }
    assertThat(keys).hasSize(deals * segments);
    // 255 degrees of freedom over both deals together: mean 255, deviation 22.6; 5 deviations.
    double expected = (double) segments / (workers * workers);
    double chiSquare = 0;
    for (long[] row : joint) {
      for (long count : row) {
        chiSquare += (count - expected) * (count - expected) / expected;
      }
    }
    assertThat(chiSquare).isBetween(142.0, 368.0);
  }

  @Test
  void everyPlaceOfAnOrderIsUniform() {
    int n = 10;
    int epochs = 10_000;
    int[][] counts = new int[n][n];
    for (int epoch = 0; epoch < epochs; epoch++) {
      int[] order = SegmentDeal.epochOrder(n, 3, epoch, 1);
      for (int place = 0; place < n; place++) {
        counts[place][order[place]]++;
      }
    }
    double expected = (double) epochs / n;
    double chiSquare = 0;
    for (int[] row : counts) {
      for (int count : row) {
        chiSquare += (count - expected) * (count - expected) / expected;
      }
    }
    // 81 degrees of freedom, stretched by 10/9: mean 90, deviation 14.1; 5 deviations.
    assertThat(chiSquare).isBetween(19.0, 161.0);
  }

  @Property
  void anOrderIsAPermutation(
      @ForAll @IntRange(max = 500) int n,
      @ForAll long seed,
      @ForAll int epoch,
      @ForAll int worker) {
    int[] order = SegmentDeal.epochOrder(n, seed, epoch, worker);
    assertThat(IntStream.of(order).sorted().toArray()).isEqualTo(IntStream.range(0, n).toArray());
  }

  @Property
  void aWorkerIsInRange(@ForAll long key, @ForAll @IntRange(min = 1) int workers) {
    assertThat(SegmentDeal.worker(key, workers)).isBetween(0, workers - 1);
  }

  @Test
  void refusesNoWorkersAndNegativeSizes() {
    assertThatThrownBy(() -> SegmentDeal.worker(1, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("A deal needs at least 1 worker, not 0.");
    assertThatThrownBy(() -> SegmentDeal.epochOrder(-1, 0, 0, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("An order needs at least 0 segments, not -1.");
  }
}
