package org.c2fpl.segments;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.c2fpl.errors.DataException;
import org.c2fpl.testing.SharedSpark;
import org.junit.jupiter.api.Test;

class RowRunsTest {
  @Test
  void segmentsInOrderAreOneRunAVideo() {
    List<SegmentRun> runs =
        RowRuns.of(rows(segments("a", 300, "b", 1, "c", 20), 1), col("x")).collectAsList();
    assertThat(runs).extracting(SegmentRun::getVideoId).containsExactly("a", "b", "c");
    assertThat(runs.get(0).getNumbers()).hasSize(300).startsWith(0, 1, 2).endsWith(299);
  }

  @Test
  void longVideosAreSeveralRuns() {
    List<SegmentRun> runs = RowRuns.of(rows(segments("a", 20_000), 1), col("x")).collectAsList();
    assertThat(runs).hasSize(3);
    assertThat(runs.stream().mapToInt(run -> run.getNumbers().length).sum()).isEqualTo(20_000);
    assertThat(runs.get(1).getFirst()).isEqualTo(runs.get(0).getNumbers().length);
  }

  @Test
  void anyOrderAndPartitioningGivesWholeVideosInOrder() {
    List<Row> segments = segments("a", 50, "b", 7, "c", 120);
    for (int partitions : new int[] {1, 2, 5}) {
      Collections.shuffle(segments, new Random(partitions));
      List<String> found = new ArrayList<>();
      VideoRuns<SegmentRun> videos =
          videos(
              RowRuns.byVideo(
                  RowRuns.ofArrays(
                      rows(segments, partitions), array(col("x"), col("x").multiply(lit(2))))),
              2);
      while (videos.hasNext()) {
        videos.load();
        found.add(videos.videoId() + " " + videos.length());
        for (int j = 0; j < videos.length(); j++) {
          assertThat(videos.number(j, 0)).isEqualTo(j);
          assertThat(videos.number(j, 1)).isEqualTo(2.0 * j);
        }
        assertThat(videos.column(1)).hasSize(videos.length());
      }
      assertThat(found).containsExactlyInAnyOrder("a 50", "b 7", "c 120");
    }
  }

  @Test
  void aSegmentThatIsMissingOrThereTwiceIsNamed() {
    List<Row> missing = segments("a", 9);
    missing.remove(4);
    assertThatThrownBy(() -> load(missing))
        .isInstanceOf(DataException.class)
        .hasMessage(
            "Cannot test video a: its segment 4 is missing or occurs twice (found segment_index 5)."
                + " Look again.");
    List<Row> twice = segments("a", 9);
    twice.add(RowFactory.create("a", 4, 4.0));
    assertThatThrownBy(() -> load(twice)).hasMessageContaining("found segment_index 4");
  }

  private static void load(List<Row> segments) {
    VideoRuns<SegmentRun> videos =
        videos(RowRuns.byVideo(RowRuns.of(rows(segments, 1), col("x"))), 1);
    while (videos.hasNext()) {
      videos.load();
    }
  }

  private static VideoRuns<SegmentRun> videos(Dataset<SegmentRun> runs, int width) {
    return new VideoRuns<>(
        runs.collectAsList().iterator(), width, "Cannot test video", "Look again.");
  }

  private static List<Row> segments(Object... idsAndCounts) {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < idsAndCounts.length; i += 2) {
      for (int j = 0; j < (Integer) idsAndCounts[i + 1]; j++) {
        rows.add(RowFactory.create(idsAndCounts[i], j, (double) j));
      }
    }
    return rows;
  }

  private static Dataset<Row> rows(List<Row> segments, int partitions) {
    Dataset<Row> all =
        SharedSpark.session()
            .createDataFrame(
                segments,
                new StructType()
                    .add("video_id", DataTypes.StringType, false)
                    .add("segment_index", DataTypes.IntegerType, false)
                    .add("x", DataTypes.DoubleType, false))
            .coalesce(1);
    return partitions == 1 ? all : all.repartition(partitions);
  }
}
