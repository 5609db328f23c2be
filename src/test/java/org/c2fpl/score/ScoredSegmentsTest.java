package org.c2fpl.score;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.c2fpl.method.detection.AlarmThreshold;
import org.c2fpl.testing.SharedSpark;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScoredSegmentsTest {
  @ParameterizedTest
  @ValueSource(longs = {0, 1, 2, 499, 1998, 1999, 2000})
  void theAutomaticThresholdIsThatOfAPassOverAllScores(long anomalous) {
    Random random = new Random(6);
    List<Double> scores = new ArrayList<>();
    for (int i = 0; i < 2000; i++) {
      // Ties, neighbours within an interval of the count, zeros and ones.
      double score = i % 5 == 0 ? Math.rint(10 * random.nextDouble()) / 10 : random.nextDouble();
      scores.add(i % 7 == 0 ? 0.5 + score / 1e6 : score);
    }
    assertThat(ScoredSegments.autoThreshold(rows(scores), 2000, anomalous).value())
        .isEqualTo(plain(scores, anomalous));
  }

  @Test
  void equalScoresHaveAThreshold() {
    List<Double> scores = java.util.Collections.nCopies(9, 0.25);
    assertThat(ScoredSegments.autoThreshold(rows(scores), 9, 3).value()).isEqualTo(0.25);
    assertThat(ScoredSegments.autoThreshold(rows(scores), 9, 9).value())
        .isEqualTo(Math.nextDown(0.25));
  }

  @Test
  void tiesAtTheThresholdAreCounted() {
    List<Double> scores = new ArrayList<>(java.util.Collections.nCopies(20, 0.25));
    scores.addAll(List.of(0.5, 0.75, 0.1));
    assertThat(ScoredSegments.autoThreshold(rows(scores), 23, 12))
        .isEqualTo(new ScoredSegments.Threshold(0.4, 2, 20));
    assertThat(ScoredSegments.givenThreshold(rows(scores), 0.25))
        .isEqualTo(new ScoredSegments.Threshold(0.25, 2, 20));
    assertThat(ScoredSegments.givenThreshold(rows(scores), 0.3))
        .isEqualTo(new ScoredSegments.Threshold(0.3, 2, 0));
  }

  private static double plain(List<Double> scores, long anomalous) {
    TreeMap<Double, Long> counts = new TreeMap<>();
    scores.forEach(score -> counts.merge(score, 1L, Long::sum));
    AlarmThreshold threshold = new AlarmThreshold(scores.size(), anomalous);
    for (Map.Entry<Double, Long> entry : counts.descendingMap().entrySet()) {
      if (!threshold.add(entry.getKey(), entry.getValue())) {
        break;
      }
    }
    return threshold.threshold();
  }

  private static Dataset<Row> rows(List<Double> scores) {
    List<Row> rows = new ArrayList<>();
    for (double score : scores) {
      rows.add(RowFactory.create("video", rows.size(), score));
    }
    return SharedSpark.session()
        .createDataFrame(
            rows,
            new StructType()
                .add("video_id", DataTypes.StringType, false)
                .add("segment_index", DataTypes.IntegerType, false)
                .add("score", DataTypes.DoubleType, false));
  }
}
