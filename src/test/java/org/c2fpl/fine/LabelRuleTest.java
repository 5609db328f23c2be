package org.c2fpl.fine;

import static org.apache.spark.sql.functions.col;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.c2fpl.errors.UsageException;
import org.c2fpl.method.fine.PValue;
import org.c2fpl.method.fine.SegmentLabels;
import org.c2fpl.method.fine.WindowRule;
import org.c2fpl.method.statistics.NullModel;
import org.c2fpl.testing.SharedSpark;
import org.junit.jupiter.api.Test;

class LabelRuleTest {
  private static final NullModel NULL_MODEL = new NullModel(new double[] {10}, new double[] {1});

  @Test
  void randomLabelsAreAsManyAsTheWindowsAndLieAnywhere() {
    Map<String, double[]> videos = videos();
    for (WindowRule window : WindowRule.values()) {
      Map<String, Integer> windows = labels(videos, rule(SegmentLabels.WINDOW, window), 1, 2);
      Map<String, Integer> random = labels(videos, rule(SegmentLabels.RANDOM, window), 1, 2);
      assertThat(sum(random)).as(window.toString()).isEqualTo(sum(windows)).isPositive();
      assertThat(random.keySet()).isEqualTo(windows.keySet());
    }
    LabelRule rule = rule(SegmentLabels.RANDOM, WindowRule.LOWEST_P);
    Map<String, Integer> one = labels(videos, rule, 1, 1);
    assertThat(labels(videos, rule, 1, 5)).isEqualTo(one);
    assertThat(labels(videos, rule, 2, 1)).isNotEqualTo(one);
    assertThat(one.entrySet().stream().filter(e -> e.getKey().startsWith("normal")))
        .anyMatch(e -> e.getValue() == 1);
  }

  @Test
  void anyNumberOfSegmentsCanBeDrawn() {
    Dataset<Row> segments = segments(videos(), 3);
    long all = segments.count();
    for (long number : new long[] {0, 1, 2, 57, all - 1, all}) {
      RandomSegments draw = RandomSegments.of(segments, 7, number);
      long drawn =
          segments.collectAsList().stream()
              .filter(row -> draw.contains(row.getString(0), row.getInt(1)))
              .count();
      assertThat(drawn).isEqualTo(number);
    }
  }

  @Test
  void videoLabelsEverySegmentOfAnomalousVideos() {
    labels(videos(), rule(SegmentLabels.VIDEO, WindowRule.LOWEST_P), 1, 2)
        .forEach(
            (segment, label) ->
                assertThat(label).as(segment).isEqualTo(segment.startsWith("anom") ? 1 : 0));
  }

  @Test
  void thresholdLabelsTailsBelowAlpha() {
    Map<String, double[]> videos = new TreeMap<>();
    // One-sided 5 % is at 1.645 deviations, two-sided at 1.960.
    videos.put("anomalous", new double[] {10, 11.64, 11.65, 11.95, 11.97, 8.05, 8.03, 5});
    videos.put("normal", new double[] {99});
    assertThat(labelled(videos, PValue.ONE_SIDED)).containsExactly(0, 0, 1, 1, 1, 0, 0, 0, 0);
    assertThat(labelled(videos, PValue.TWO_SIDED)).containsExactly(0, 0, 0, 0, 1, 0, 1, 1, 0);
    assertThatThrownBy(() -> labelled(videos, PValue.DENSITY))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("a density is not a probability");
  }

  private static List<Integer> labelled(Map<String, double[]> videos, PValue pValue) {
    LabelRule rule = new LabelRule(SegmentLabels.THRESHOLD, WindowRule.LOWEST_P, pValue, 0.2, 0.05);
    return new ArrayList<>(labels(videos, rule, 1, 2).values());
  }

  private static LabelRule rule(SegmentLabels labels, WindowRule window) {
    return new LabelRule(labels, window, PValue.TWO_SIDED, 0.2, 0.05);
  }

  private static long sum(Map<String, Integer> labels) {
    return labels.values().stream().mapToLong(Integer::longValue).sum();
  }

  /** Labels by video and segment, in order. */
  private static Map<String, Integer> labels(
      Map<String, double[]> videos, LabelRule rule, long seed, int partitions) {
    Map<String, Integer> labels = new TreeMap<>();
    Dataset<Row> segments = segments(videos, partitions);
    Dataset<Row> coarse =
        segments.select(col("video_id"), col("video_label").as("label")).distinct();
    Dataset<LabelledRun> runs = LabelledRun.byVideo(segments, 0, coarse);
    for (Row row : rule.label(runs, NULL_MODEL, 0, seed).collectAsList()) {
      labels.put(String.format("%s %04d", row.getString(0), row.getInt(1)), row.getAs("label"));
    }
    return labels;
  }

  private static Map<String, double[]> videos() {
    Random random = new Random(3);
    Map<String, double[]> videos = new TreeMap<>();
    for (int v = 0; v < 9; v++) {
      String name = (v % 2 == 0 ? "anomalous" : "normal") + v;
      videos.put(name, random.doubles(3 + 7L * v).map(any -> 10 + random.nextGaussian()).toArray());
    }
    return videos;
  }

  private static Dataset<Row> segments(Map<String, double[]> videos, int partitions) {
    List<Row> rows = new ArrayList<>();
    videos.forEach(
        (video, norms) -> {
          for (int j = 0; j < norms.length; j++) {
            rows.add(RowFactory.create(video, j, norms[j], video.startsWith("anom") ? 1 : 0));
          }
        });
    Collections.shuffle(rows, new Random(partitions));
    return SharedSpark.session()
        .createDataFrame(
            rows,
            new StructType()
                .add("video_id", DataTypes.StringType)
                .add("segment_index", DataTypes.IntegerType)
                .add("norm", DataTypes.DoubleType)
                .add("video_label", DataTypes.IntegerType))
        .repartition(partitions);
  }
}
