package org.c2fpl.detector;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.c2fpl.errors.DataException;
import org.c2fpl.method.training.SegmentDeal;
import org.c2fpl.testing.SharedSpark;
import org.c2fpl.workspace.Fingerprints;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.spark.impl.graph.SparkComputationGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

class DetectorTrainingTest {
  private static final int DIM = 8;
  private static final int CROPS = 2;
  private static final Footage FOOTAGE = Footage.of(6, 9, CROPS, DIM);

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void dependsOnNeitherRowOrderNorPartitions(int workers) throws IOException {
    TrainingPlan plan = plan(3).withWorkers(workers);
    String hash = hash(train(plan, FOOTAGE.data(2), "a"));
    assertThat(hash(train(plan, FOOTAGE.data(2), "b"))).isEqualTo(hash);
    assertThat(hash(train(plan, FOOTAGE.shuffled(3).data(1), "c"))).isEqualTo(hash);
    assertThat(hash(train(plan, FOOTAGE.shuffled(4).data(7), "d"))).isEqualTo(hash);
  }

  @Test
  void dependsOnSeedAndWorkers() throws IOException {
    String hash = hash(train(plan(1), FOOTAGE.data(2), "a"));
    assertThat(hash(train(plan(1).withWorkers(3), FOOTAGE.data(2), "b"))).isNotEqualTo(hash);
    TrainingPlan other =
        new TrainingPlan(
            1, 8, 2, 2, 2, 0.05, LearningRateRule.LINEAR, 43, MasterKind.AVERAGING, null);
    assertThat(hash(train(other, FOOTAGE.data(2), "c"))).isNotEqualTo(hash);
  }

  @Test
  void learnsToTellTheClasses() throws IOException {
    TrainingResult result = train(plan(40), FOOTAGE.data(2), "a");
    assertThat(result.losses()).hasSize(40);
    assertThat(result.losses().get(39)).isLessThan(0.8 * result.losses().get(0));
    assertThat(result.segments()).isEqualTo(54);
    assertThat(result.anomalous()).isEqualTo(9);
    assertThat(result.stoppedEarly()).isFalse();
    assertThat(result.machines()).hasSize(1);
    assertThat(result.machines().iterator().next().threads()).isEqualTo(1);
  }

  @Test
  void goesOnFromACheckpointToTheSameParameters() throws IOException {
    TrainingResult whole = train(plan(5), FOOTAGE.data(2), "whole");
    TrainingResult part = train(plan(3), FOOTAGE.data(2), "part");
    assertThat(hash(part)).isNotEqualTo(hash(whole));
    List<Integer> resumed = new ArrayList<>();
    TrainingResult rest = train(plan(5), FOOTAGE.data(7), "part", resumed);
    assertThat(resumed).containsExactly(3);
    assertThat(hash(rest)).isEqualTo(hash(whole));
    assertThat(rest.losses()).isEqualTo(whole.losses());
    assertThat(rest.trained()).isEqualTo(2);
  }

  @Test
  void goesOnWithItsMomentumAcrossAStepOfTheRate() throws IOException {
    Descent descent = new Descent(Optimizer.NESTEROV, 0.9, List.of(2, 4), 0.1);
    TrainingResult whole = train(plan(5).withDescent(descent), FOOTAGE.data(2), "whole");
    float[] buffer = LittleEndian.floats(whole.updater());
    assertThat(buffer).hasSize((int) architecture().parameterCount());
    assertThat(buffer).isNotEqualTo(new float[buffer.length]);
    for (int cut : new int[] {2, 3}) {
      train(plan(cut).withDescent(descent), FOOTAGE.data(2), "part" + cut);
      List<Integer> resumed = new ArrayList<>();
      TrainingResult rest =
          train(plan(5).withDescent(descent), FOOTAGE.data(7), "part" + cut, resumed);
      assertThat(resumed).containsExactly(cut);
      assertThat(hash(rest)).isEqualTo(hash(whole));
      assertThat(rest.updater()).isEqualTo(whole.updater());
    }
    // A checkpoint of another descent belongs to another training.
    List<Integer> resumed = new ArrayList<>();
    Descent steadier = new Descent(Optimizer.NESTEROV, 0.9, List.of(2, 4), 0.5);
    TrainingResult other = train(plan(5).withDescent(steadier), FOOTAGE.data(2), "whole", resumed);
    assertThat(resumed).isEmpty();
    assertThat(hash(other)).isNotEqualTo(hash(whole));
  }

  @Test
  void onlyItsOwnCheckpointsAreDropped() throws IOException {
    train(plan(2), FOOTAGE.data(2), "kept");
    TrainingPlan another = plan(2).withDescent(new Descent(Optimizer.NESTEROV, 0.9, List.of(), 1));
    training(another, FOOTAGE.data(2), "kept", new ArrayList<>()).dropOwnCheckpoints();
    assertThat(checkpoints("kept")).hasSize(2);
    training(plan(2), FOOTAGE.data(2), "kept", new ArrayList<>()).dropOwnCheckpoints();
    assertThat(folder.resolve("kept")).doesNotExist();
  }

  @Test
  void softTargetsTakeTheLabelsPlaceWhereTheyAre() throws IOException {
    String hard = hash(train(plan(2), FOOTAGE.data(2), "hard"));
    Dataset<Row> labels = FOOTAGE.labelRows(2);
    Column asLabelled = col("label").cast("double");
    assertThat(hash(train(plan(2), soft(labels.withColumn("target", asLabelled)), "a")))
        .isEqualTo(hard);
    assertThat(hash(train(plan(2), soft(labels.withColumn("target", lit(null))), "b")))
        .isEqualTo(hard);
    Column softened = when(col("label").equalTo(1), 0.8).otherwise(0.1);
    TrainingResult result = train(plan(2), soft(labels.withColumn("target", softened)), "c");
    assertThat(hash(result)).isNotEqualTo(hard);
    assertThat(result.anomalous()).isEqualTo(9);
    // Float targets, an exact sum, one rounding.
    assertThat(result.share()).isEqualTo((9 * (double) 0.8f + 45 * (double) 0.1f) / 54);
    assertThat(result.outputBias())
        .isEqualTo(StrictMath.log(result.share() / (1 - result.share())));
    assertThat(hash(train(plan(2), soft(shuffledLabels().withColumn("target", softened)), "d")))
        .isEqualTo(hash(result));
  }

  @Test
  void needsTargetsOfTwoKindsWithinBounds() {
    Dataset<Row> labels = FOOTAGE.labelRows(2);
    assertThatThrownBy(() -> train(plan(1), soft(labels.withColumn("target", lit(0.0))), "a"))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("none of 54 segments is pseudo-labelled anomalous");
    assertThatThrownBy(() -> train(plan(1), soft(labels.withColumn("target", lit(1.0))), "a"))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("none of 54 segments is pseudo-labelled normal");
    for (double wrong : new double[] {-0.1, 1.5, Double.NaN}) {
      assertThatThrownBy(() -> train(plan(1), soft(labels.withColumn("target", lit(wrong))), "a"))
          .isInstanceOf(DataException.class)
          .hasMessage(
              "Cannot train the detector: a soft pseudo-label is "
                  + wrong
                  + " where a number in [0, 1] was expected. Run 'c2fpl fine' again.");
    }
    assertThatThrownBy(() -> train(plan(1), soft(labels.withColumn("label", lit(2))), "a"))
        .hasMessageContaining("a pseudo-label is 2 where 0 or 1 was expected");
  }

  private static TrainingData soft(Dataset<Row> labels) {
    return new TrainingData(FOOTAGE.featureRows(2), labels, null, "footage");
  }

  private static Dataset<Row> shuffledLabels() {
    return FOOTAGE.shuffled(8).labelRows(5);
  }

  @Test
  void passesOverACheckpointThatWasCutOff() throws IOException {
    String whole = hash(train(plan(4), FOOTAGE.data(2), "whole"));
    train(plan(3), FOOTAGE.data(2), "part");
    assertThat(checkpoints("part"))
        .containsExactly("epoch-000002.checkpoint", "epoch-000003.checkpoint");
    try (var file =
        new RandomAccessFile(folder.resolve("part/epoch-000003.checkpoint").toFile(), "rw")) {
      file.setLength(file.length() - 100);
    }
    List<Integer> resumed = new ArrayList<>();
    assertThat(hash(train(plan(4), FOOTAGE.data(2), "part", resumed))).isEqualTo(whole);
    assertThat(resumed).containsExactly(2);
  }

  @Test
  void startsAnewWhenTheCheckpointIsOfOtherDataOrPlan() throws IOException {
    train(plan(2), FOOTAGE.data(2), "a");
    List<Integer> resumed = new ArrayList<>();
    TrainingData other =
        new TrainingData(FOOTAGE.featureRows(2), FOOTAGE.labelRows(2), null, "other");
    train(plan(2), other, "a", resumed);
    train(plan(2).withWorkers(1), other, "a", resumed);
    assertThat(resumed).isEmpty();
  }

  @Test
  void endsAtAnEpochWhenTheTimeIsUp() throws IOException {
    TrainingResult cut = train(plan(3).withMaxTime(Duration.ofNanos(1)), FOOTAGE.data(2), "a");
    assertThat(cut.stoppedEarly()).isTrue();
    assertThat(cut.epochs()).isEqualTo(1);
    TrainingResult rest = train(plan(3), FOOTAGE.data(2), "a");
    assertThat(rest.stoppedEarly()).isFalse();
    assertThat(hash(rest)).isEqualTo(hash(train(plan(3), FOOTAGE.data(2), "b")));
  }

  @Test
  void needsBothLabels() {
    List<Row> normal =
        FOOTAGE.labels().stream().map(row -> RowFactory.create(row.get(0), row.get(1), 0)).toList();
    TrainingData data = new Footage(FOOTAGE.features(), normal).data(1);
    assertThatThrownBy(() -> train(plan(1), data, "a"))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith(
            "Cannot train the detector: none of 54 segments is pseudo-labelled anomalous.");
  }

  @Test
  void needsALabelForEverySegmentAndASegmentForEveryLabel() {
    TrainingData unlabelled =
        new Footage(FOOTAGE.features(), FOOTAGE.labels().subList(0, 53)).data(1);
    assertThatThrownBy(() -> train(plan(1), unlabelled, "a"))
        .hasStackTraceContaining("segment 8 of video 'v5' has no pseudo-label.");
    TrainingData tooMany = new Footage(FOOTAGE.features().subList(0, 53), FOOTAGE.labels()).data(1);
    assertThatThrownBy(() -> train(plan(1), tooMany, "a"))
        .hasStackTraceContaining("pseudo-labels for");
  }

  @Test
  void saysWhenTheLossIsNotANumber() {
    List<Row> features = new ArrayList<>(FOOTAGE.features());
    float[] values = new float[CROPS * DIM];
    Arrays.fill(values, Float.NaN);
    features.set(14, RowFactory.create("v1", 5, LittleEndian.bytes(values)));
    TrainingData data = new Footage(features, FOOTAGE.labels()).data(2);
    assertThatThrownBy(() -> train(plan(1), data, "a"))
        .isInstanceOf(DataException.class)
        .hasMessageMatching(
            "Cannot train the detector: the loss became NaN at epoch 1, iteration [0-9]+\\. Lower"
                + " --learning-rate or check the features;.*");
  }

  @Test
  void stockMasterTrainsToo() throws IOException {
    TrainingPlan stock =
        new TrainingPlan(6, 8, 2, 2, 2, 0.05, LearningRateRule.LINEAR, 42, MasterKind.STOCK, null);
    TrainingResult result = train(stock, FOOTAGE.data(2), "a");
    assertThat(result.epochs()).isEqualTo(6);
    assertThat(result.losses().get(5)).isLessThan(result.losses().get(0));
  }

  @Test
  void dealsEverySegmentOnceWithItsFeaturesAndLabel() {
    var architecture = architecture();
    DealtSegments dealt =
        new DealtSegments(
            "test-deal",
            0,
            9,
            3,
            architecture,
            FOOTAGE.featureRows(4),
            Targets.of(FOOTAGE.labelRows(2)),
            null);
    Map<String, Integer> seen = new HashMap<>();
    List<List<DataSet>> workers = dealt.batches(0, 8).toJavaRDD().glom().collect();
    assertThat(workers).hasSize(3);
    for (List<DataSet> batches : workers) {
      for (DataSet batch : batches) {
        float[] x = batch.getFeatures().reshape(batch.getFeatures().length()).toFloatVector();
        for (int s = 0; s * CROPS < batch.numExamples(); s++) {
          float[] values = Arrays.copyOfRange(x, s * CROPS * DIM, (s + 1) * CROPS * DIM);
          int label = batch.getLabels().getInt(s * CROPS, 0);
          assertThat(batch.getLabels().getInt(s * CROPS + 1, 0)).isEqualTo(label);
          seen.merge(label + Arrays.toString(values), 1, Integer::sum);
        }
      }
    }
    assertThat(seen).hasSize(54).allSatisfy((key, count) -> assertThat(count).isEqualTo(1));
    for (int i = 0; i < 54; i++) {
      byte[] bytes = FOOTAGE.features().get(i).getAs(2);
      int label = FOOTAGE.labels().get(i).getInt(2);
      assertThat(seen).containsKey(label + Arrays.toString(LittleEndian.floats(bytes)));
    }
  }

  @Test
  void averagesAnyRddByHandComputedRounds() {
    var architecture = architecture();
    JavaSparkContext spark = spark();
    // Worker 0 has three batches, worker 1 one: only worker 0 takes part in the second round.
    List<DataSet> batches = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      batches.add(batch(i));
    }
    ComputationGraph trained = architecture.network(0.1, 5);
    var master = new SynchronousAveragingMaster(2, 77);
    List<Integer> iterations = new ArrayList<>();
    var graph = new SparkComputationGraph(spark, trained, master);
    graph.setListeners(
        List.of(
            new org.deeplearning4j.optimize.api.BaseTrainingListener() {
              @Override
              public void iterationDone(
                  org.deeplearning4j.nn.api.Model model, int iteration, int epoch) {
                iterations.add(iteration);
              }
            }));
    graph.fit(
        spark
            .parallelize(List.of(0, 1), 2)
            .flatMap(
                worker ->
                    (worker == 0 ? List.of(batch(0), batch(1), batch(2)) : List.of(batch(3)))
                        .iterator()));

    NetworkState start = NetworkState.of(architecture.network(0.1, 5));
    byte[] first = fit(architecture, start.parameters(), 0, 0, batches.get(0), batches.get(1));
    byte[] second = fit(architecture, start.parameters(), 1, 0, batches.get(3));
    float[] a = LittleEndian.floats(first);
    float[] b = LittleEndian.floats(second);
    float[] mean = new float[a.length];
    for (int i = 0; i < mean.length; i++) {
      mean[i] = (float) ((8.0 * a[i] + 4.0 * b[i]) / 12.0);
    }
    byte[] expected = fit(architecture, LittleEndian.bytes(mean), 0, 2, batches.get(2));
    assertThat(NetworkState.of(trained).parameters()).isEqualTo(expected);
    assertThat(iterations).containsExactly(2, 3);
    assertThat(trained.getEpochCount()).isEqualTo(1);
  }

  @Test
  void saysWhatToUseInstead() {
    var master = new SynchronousAveragingMaster(2, 1);
    assertThatThrownBy(() -> master.executeTrainingMDS(null, null))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("SparkComputationGraph.fit(JavaRDD<DataSet>)");
    assertThatThrownBy(() -> master.setCollectTrainingStats(true))
        .hasMessageContaining("event log");
    assertThat(master.toJson()).isEqualTo("{\"averagingFrequency\": 2, \"seed\": 1}");
  }

  @Test
  void weighsTheMeanByRows() {
    byte[] mean =
        SynchronousAveragingMaster.mean(
            List.of(LittleEndian.bytes(new float[] {1, 4}), LittleEndian.bytes(new float[] {4, 1})),
            List.of(2L, 1L));
    assertThat(LittleEndian.floats(mean)).containsExactly(new float[] {2, 3}, within(1e-6f));
  }

  private static byte[] fit(
      DetectorArchitecture architecture, byte[] from, int worker, int number, DataSet... batches) {
    ComputationGraph network = architecture.network(0.1, 1);
    new NetworkState(from, new byte[0], 0, 0).into(network);
    for (DataSet batch : batches) {
      Nd4j.getRandom().setSeed(SegmentDeal.batchSeed(77, 0, worker, number++));
      network.fit(batch);
    }
    return NetworkState.of(network).parameters();
  }

  private static DataSet batch(int number) {
    java.util.Random random = new java.util.Random(number);
    float[] x = new float[4 * DIM];
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) random.nextGaussian();
    }
    return new DataSet(
        Nd4j.createFromArray(x).reshape(4, DIM),
        Nd4j.createFromArray(new float[] {0, 0, 1, 1}).reshape(4, 1));
  }

  private static TrainingPlan plan(int epochs) {
    return new TrainingPlan(
        epochs, 8, 2, 2, 2, 0.05, LearningRateRule.LINEAR, 42, MasterKind.AVERAGING, null);
  }

  private static DetectorArchitecture architecture() {
    return new DetectorArchitecture(DIM, CROPS, List.of(16, 4), 0.6, 5e-4);
  }

  private TrainingResult train(TrainingPlan plan, TrainingData data, String name)
      throws IOException {
    return train(plan, data, name, new ArrayList<>());
  }

  private TrainingResult train(
      TrainingPlan plan, TrainingData data, String name, List<Integer> resumed) throws IOException {
    return training(plan, data, name, resumed).run();
  }

  private DetectorTraining training(
      TrainingPlan plan, TrainingData data, String name, List<Integer> resumed) throws IOException {
    var path = new org.apache.hadoop.fs.Path(folder.resolve(name).toUri());
    FileSystem fs = path.getFileSystem(spark().hadoopConfiguration());
    TrainingProgress progress =
        new TrainingProgress() {
          @Override
          public void resumed(int epochs) {
            resumed.add(epochs);
          }

          @Override
          public void estimated(Duration remaining) {
            assertThat(remaining).isPositive();
          }

          @Override
          public void epoch(int epoch, int epochs, double loss, Duration took) {
            assertThat(loss).isPositive();
          }
        };
    return new DetectorTraining(spark(), architecture(), plan, data, fs, path, progress);
  }

  private List<String> checkpoints(String name) throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve(name))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(file -> !file.endsWith(".crc"))
          .sorted()
          .toList();
    }
  }

  private static String hash(TrainingResult result) {
    return Fingerprints.sha256(result.parameters());
  }

  private static JavaSparkContext spark() {
    return JavaSparkContext.fromSparkContext(SharedSpark.session().sparkContext());
  }
}
