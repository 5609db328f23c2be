package org.c2fpl.coarse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.apache.spark.api.java.JavaFutureAction;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.assertj.core.data.Percentage;
import org.c2fpl.errors.DataException;
import org.c2fpl.method.coarse.MixtureStart;
import org.c2fpl.stage.StageContext;
import org.c2fpl.stage.StageRunner;
import org.c2fpl.testing.Fixtures;
import org.c2fpl.testing.SharedSpark;
import org.c2fpl.workspace.Leaf;
import org.c2fpl.workspace.Table;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CoarseStageTest {
  private static final Leaf STATS = Leaf.of(Table.VIDEO_STATS, "train", "0");
  private static final Leaf COARSE = Leaf.of(Table.COARSE_LABELS);

  @TempDir Path folder;

  @Test
  void agreesWithAPlainExpectationMaximisation() {
    List<Row> stats = clouds(400, 5);
    StageContext context = coarse("a", stats, 3, 1.0);

    TreeMap<String, Integer> expected = PlainDivisive.labels(stats, 1.0);
    TreeMap<String, Integer> found = new TreeMap<>();
    for (Row row : context.workspace().read(context.spark(), COARSE).collectAsList()) {
      found.put(row.getAs("video_id"), row.<Integer>getAs("label"));
    }
    assertThat(found).isEqualTo(expected);
    assertThat(found.values()).contains(0, 1);

    JsonNode first = details(context).path("iterations").path(0);
    assertThat(first.path("log_likelihood").asDouble())
        .isCloseTo(PlainDivisive.firstLogLikelihood(stats), Percentage.withPercentage(1e-3));
    assertThat(first.path("anomalous_size").asInt() + first.path("normal_size").asInt())
        .isEqualTo(400);
  }

  /** A fitted mixture has the mean and the covariance of its points, in their own coordinates. */
  @Test
  void tellsBothComponentsOfAStep() {
    List<Row> stats = clouds(400, 1);
    JsonNode step = details(coarse("a", stats, 3, 1.0)).path("iterations").path(0);
    double weights = 0;
    double[] mean = new double[2];
    double[] square = new double[3];
    for (String cluster : List.of("normal", "anomalous")) {
      JsonNode component = step.path(cluster + "_component");
      double weight = component.path("weight").asDouble();
      double mu = component.path("mean").path(0).asDouble();
      double sigma = component.path("mean").path(1).asDouble();
      assertThat(component.path("covariance").path(1))
          .isEqualTo(component.path("covariance").path(2));
      weights += weight;
      mean[0] += weight * mu;
      mean[1] += weight * sigma;
      square[0] += weight * (component.path("covariance").path(0).asDouble() + mu * mu);
      square[1] += weight * (component.path("covariance").path(1).asDouble() + mu * sigma);
      square[2] += weight * (component.path("covariance").path(3).asDouble() + sigma * sigma);
    }
    assertThat(weights).isCloseTo(1, Percentage.withPercentage(1e-6));
    double[] expectedMean = new double[2];
    double[] expectedSquare = new double[3];
    for (Row row : stats) {
      double mu = row.<Double>getAs(2);
      double sigma = row.<Double>getAs(3);
      expectedMean[0] += mu / stats.size();
      expectedMean[1] += sigma / stats.size();
      expectedSquare[0] += mu * mu / stats.size();
      expectedSquare[1] += mu * sigma / stats.size();
      expectedSquare[2] += sigma * sigma / stats.size();
    }
    Percentage slight = Percentage.withPercentage(0.01);
    for (int i = 0; i < 2; i++) {
      assertThat(mean[i]).isCloseTo(expectedMean[i], slight);
    }
    for (int i = 0; i < 3; i++) {
      assertThat(square[i]).isCloseTo(expectedSquare[i], slight);
    }
  }

  @Test
  void isTheSameForAnyOrderAndPartitioning() {
    List<Row> stats = clouds(150, 2);
    StageContext one = coarse("one", stats, 1, 1.0);
    List<String> expected = Fixtures.rows(one, COARSE);
    for (int partitions : new int[] {2, 7}) {
      StageContext other =
          coarse("p" + partitions, Fixtures.shuffled(stats, partitions), partitions, 1.0);
      assertThat(Fixtures.rows(other, COARSE)).isEqualTo(expected);
      assertThat(details(other)).isEqualTo(details(one));
    }
  }

  @Test
  void theIterationStandsBesideEveryAnomalousVideo() {
    StageContext context = coarse("a", clouds(200, 3), 2, 1.0);
    JsonNode iterations = details(context).path("iterations");
    for (JsonNode step : iterations) {
      long rows =
          context
              .workspace()
              .read(context.spark(), COARSE)
              .filter("iteration = " + step.path("iteration").asInt() + " and label = 1")
              .count();
      assertThat(rows).isEqualTo(step.path("anomalous_size").asLong());
    }
    assertThat(iterations.path(iterations.size() - 1).path("ratio").asDouble()).isGreaterThan(1.0);
    assertThat(
            context
                .workspace()
                .read(context.spark(), COARSE)
                .filter("label = 0 and iteration is not null")
                .count())
        .isZero();
  }

  @Test
  void threeVideosAreTooFew() {
    assertThatThrownBy(() -> coarse("a", clouds(3, 1), 1, 1.0))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("there are 3 videos");
    assertThat(folder.resolve("a/coarse_labels")).doesNotExist();
  }

  @Test
  void aVideoWithoutFiniteStatisticsIsNamed() {
    List<Row> stats = clouds(10, 1);
    stats.add(RowFactory.create("broken", 5, Double.NaN, 1.0));
    assertThatThrownBy(() -> coarse("a", stats, 1, 1.0))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("video broken has μ = NaN");
  }

  @Test
  void identicalVideosStopEarlyAsAllNormal() {
    List<Row> stats = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      stats.add(RowFactory.create("v" + i, 5, 3.3, 0.7));
    }
    StageContext context = coarse("a", stats, 2, 1.0);
    assertThat(details(context).path("stopped_early").asText())
        .isEqualTo("all 6 videos have the same μ and σ");
    assertThat(context.workspace().read(context.spark(), COARSE).filter("label = 0").count())
        .isEqualTo(6);
  }

  @Test
  void duplicatesBesideAnOutlierEndWithoutNonsense() {
    List<Row> stats = new ArrayList<>();
    for (int i = 0; i < 9; i++) {
      stats.add(RowFactory.create("v" + i, 5, 3.3, 0.7));
    }
    stats.add(RowFactory.create("outlier", 5, 9.9, 4.0));
    StageContext context = coarse("a", stats, 2, 1.0);
    assertThat(details(context).path("stopped_early").isTextual()).isTrue();
    assertThat(context.workspace().read(context.spark(), COARSE).count()).isEqualTo(10);
  }

  @Test
  void videosOfOneSegmentHaveNoSigmaToSplitBy() {
    List<Row> stats = new ArrayList<>();
    Random random = new Random(4);
    for (int i = 0; i < 60; i++) {
      stats.add(
          RowFactory.create(
              String.format("v%02d", i), 1, (i % 3 == 0 ? 20 : 10) + random.nextGaussian(), 0.0));
    }
    StageContext context = coarse("a", stats, 2, 0.4);
    long anomalous = context.workspace().read(context.spark(), COARSE).filter("label = 1").count();
    assertThat(anomalous).isEqualTo(20);
  }

  @Test
  void aMixtureThatConvergesSlowlyTakesNoMoreJobs() throws Exception {
    List<Row> stats = oneCloud(2000);
    double[] mu = stats.stream().mapToDouble(row -> row.getDouble(2)).toArray();
    double[] sigma = stats.stream().mapToDouble(row -> row.getDouble(3)).toArray();
    assertThat(MixtureStart.refined(mu, sigma, mu.length, 1e-6, 500).steps())
        .as("steps, or this tests nothing")
        .isEqualTo(500);
    int before = jobNumber();
    StageContext context = coarse("a", stats, 2, 0.1);
    int jobs = jobNumber() - before;
    int iterations = details(context).path("iterations").size();
    assertThat(jobs).isLessThan(12 * iterations + 10);
  }

  /** The number that Spark gives its next job. */
  private static int jobNumber() throws Exception {
    JavaFutureAction<Long> job =
        JavaSparkContext.fromSparkContext(SharedSpark.session().sparkContext())
            .parallelize(List.of(1))
            .countAsync();
    job.get();
    return job.jobIds().get(0);
  }

  /** Halves of one Gaussian cloud, which a mixture of two can hardly distinguish. */
  private static List<Row> oneCloud(int n) {
    Random random = new Random(2);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      rows.add(
          RowFactory.create(
              String.format("video%04d", i),
              7,
              20 + random.nextGaussian(),
              5 + 0.5 * random.nextGaussian()));
    }
    return rows;
  }

  private StageContext coarse(String name, List<Row> stats, int partitions, double eta) {
    StageContext context = Fixtures.context(folder.resolve(name));
    Fixtures.put(context, STATS, stats, partitions, details -> {});
    StageRunner.run(context, new CoarseStage(), new CoarseStage.Options(eta, "train"));
    return context;
  }

  private static JsonNode details(StageContext context) {
    return context.workspace().require(COARSE, "").details();
  }

  /** A large calm cloud, a loud one, and a broad one between them. */
  private static List<Row> clouds(int n, long seed) {
    Random random = new Random(seed);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      int cloud = i % 4;
      double mu = cloud < 2 ? 10 : cloud == 2 ? 14 : 19;
      double sigma = cloud < 2 ? 1 : cloud == 2 ? 2 : 4;
      rows.add(
          RowFactory.create(
              String.format("video%04d", i),
              7,
              mu + (1 + cloud) * 0.5 * random.nextGaussian(),
              Math.abs(sigma + (1 + cloud) * 0.2 * random.nextGaussian())));
    }
    return rows;
  }
}
