package org.c2fpl.detector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.Serializable;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.c2fpl.errors.DataException;
import org.c2fpl.method.statistics.FeatureProfile;
import org.c2fpl.testing.SharedSpark;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;

class DetectorScorerTest {
  private static final int DIM = 8;
  private static final int CROPS = 3;
  private static final Footage FOOTAGE = Footage.of(7, 90, CROPS, DIM);
  private static final DetectorArchitecture ARCHITECTURE =
      new DetectorArchitecture(DIM, CROPS, List.of(16, 4), 0.4, 5e-4);

  @Test
  void scoresAreTheCropMeanOfTheIndependentNetwork() {
    ComputationGraph network = ARCHITECTURE.network(0.1, 21);
    NaiveDetector naive = new NaiveDetector(network, CROPS, 0);
    DetectorModel model = model(network, null);
    List<Row> scored = score(model, FOOTAGE.featureRows(2));
    assertThat(scored).hasSize(630);
    Map<String, Double> expected = new HashMap<>();
    for (Row row : FOOTAGE.features()) {
      expected.put(row.getString(0) + row.getInt(1), naive.scores(crops(row.getAs(2), null))[0]);
    }
    for (Row row : scored) {
      assertThat(row.getDouble(2))
          .isEqualTo(expected.get(row.getString(0) + row.getInt(1)), within(1e-6))
          .isBetween(0.0, 1.0);
    }
  }

  @Test
  void scoresAreTheSameInAnyPartitioning() {
    DetectorModel model = model(ARCHITECTURE.network(0.1, 21), null);
    Map<String, Double> once = byId(score(model, FOOTAGE.featureRows(1)));
    Map<String, Double> again = byId(score(model, FOOTAGE.shuffled(5).featureRows(7)));
    assertThat(again.keySet()).isEqualTo(once.keySet());
    again.forEach((id, score) -> assertThat(score).as(id).isEqualTo(once.get(id), within(1e-6)));
  }

  @Test
  void featuresAreStandardizedAsInTraining() {
    double[] mean = new double[DIM];
    double[] deviation = new double[DIM];
    for (int d = 0; d < DIM; d++) {
      mean[d] = 0.1 * d;
      deviation[d] = d == 3 ? 0 : 1 + 0.2 * d;
    }
    FeatureProfile profile = new FeatureProfile(mean, deviation);
    ComputationGraph network = ARCHITECTURE.network(0.1, 21);
    NaiveDetector naive = new NaiveDetector(network, CROPS, 0);
    Map<String, Double> scores = byId(score(model(network, profile), FOOTAGE.featureRows(2)));
    for (Row row : FOOTAGE.features().subList(0, 50)) {
      assertThat(scores.get(row.getString(0) + "/" + row.getInt(1)))
          .isEqualTo(naive.scores(crops(row.getAs(2), profile))[0], within(1e-6));
    }
  }

  @Test
  void refusesFeaturesOfAnotherShape() {
    DetectorModel model = model(ARCHITECTURE.network(0.1, 21), null);
    Footage other = Footage.of(1, 3, 2, DIM);
    assertThatThrownBy(() -> score(model, other.featureRows(1)))
        .hasStackTraceContaining(DataException.class.getName())
        .hasStackTraceContaining("it has 64 bytes of features, while model " + model.id())
        .hasStackTraceContaining("needs 3 crops × 8 (96 bytes)");
  }

  @Test
  void refusesFeaturesThatAreNoNumbers() {
    DetectorModel model = model(ARCHITECTURE.network(0.1, 21), null);
    float[] values = new float[CROPS * DIM];
    values[5] = Float.NaN;
    Footage broken =
        new Footage(List.of(RowFactory.create("v", 0, LittleEndian.bytes(values))), List.of());
    assertThatThrownBy(() -> score(model, broken.featureRows(1)))
        .hasStackTraceContaining("a score is NaN");
  }

  /** A segment behind three bytes that are none of its features. */
  private record Held(String videoId, int segmentIndex, byte[] features)
      implements SegmentFeatures, Serializable {
    private static final int FROM = 3;

    @Override
    public byte[] bytes() {
      byte[] bytes = new byte[FROM + features.length + 1];
      System.arraycopy(features, 0, bytes, FROM, features.length);
      return bytes;
    }

    @Override
    public int from() {
      return FROM;
    }

    @Override
    public int length() {
      return features.length;
    }
  }

  private static DetectorModel model(ComputationGraph network, FeatureProfile profile) {
    return new DetectorModel(
        ARCHITECTURE, NetworkState.of(network).parameters(), profile, 0.5, "value");
  }

  private static List<Row> score(DetectorModel model, Dataset<Row> features) {
    JavaSparkContext spark =
        JavaSparkContext.fromSparkContext(SharedSpark.session().sparkContext());
    DetectorScorer scorer = new DetectorScorer(spark.broadcast(model));
    return features
        .toJavaRDD()
        .map(row -> new Held(row.getString(0), row.getInt(1), row.getAs(2)))
        .mapPartitions(scorer::scores)
        .collect();
  }

  private static Map<String, Double> byId(List<Row> rows) {
    Map<String, Double> scores = new HashMap<>();
    rows.forEach(row -> scores.put(row.getString(0) + "/" + row.getInt(1), row.getDouble(2)));
    return scores;
  }

  private static double[][] crops(byte[] bytes, FeatureProfile profile) {
    float[] values = LittleEndian.floats(bytes);
    double[][] rows = new double[CROPS][DIM];
    for (int c = 0; c < CROPS; c++) {
      for (int d = 0; d < DIM; d++) {
        double x = values[c * DIM + d];
        if (profile != null) {
          double deviation = profile.deviation()[d];
          x = deviation == 0 ? 0 : (x - profile.mean()[d]) / deviation;
        }
        rows[c][d] = x;
      }
    }
    return rows;
  }
}
