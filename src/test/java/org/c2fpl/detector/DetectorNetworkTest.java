package org.c2fpl.detector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.nd4j.linalg.activations.impl.ActivationSigmoid;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;

class DetectorNetworkTest {
  @BeforeAll
  static void pinThreads() {
    NativeThreads.pin();
  }

  @Test
  void theOutputUnitStartsAtTheLogOddsOfTheMeanTarget() {
    assertThat(DetectorArchitecture.outputBias(0.5)).isZero();
    assertThat(DetectorArchitecture.outputBias(0.2)).isEqualTo(Math.log(0.25), within(1e-15));
    assertThat(DetectorArchitecture.outputBias(0.8)).isEqualTo(Math.log(4), within(1e-15));
    // Bounded by the bias for a target of one segment in a million.
    assertThat(DetectorArchitecture.outputBias(0))
        .isEqualTo(DetectorArchitecture.outputBias(1e-6))
        .isEqualTo(-13.8, within(0.1));
    assertThat(DetectorArchitecture.outputBias(1))
        .isEqualTo(-DetectorArchitecture.outputBias(0), within(1e-9));
    DetectorArchitecture architecture = DetectorArchitecture.standard(8, 1);
    INDArray zero = architecture.network(new Sgd(0.01), 3).params();
    INDArray started = architecture.network(new Sgd(0.01), 3, -1.5).params();
    assertThat(started.getFloat(started.length() - 1)).isEqualTo(-1.5f);
    assertThat(zero.getFloat(zero.length() - 1)).isZero();
    assertThat(started.putScalar(started.length() - 1, 0)).isEqualTo(zero);
  }

  @Test
  void theSeedZeroIsASeedToo() throws InterruptedException {
    // ND4J treats a seed of 0 as a request to be seeded by the clock.
    INDArray first = DetectorArchitecture.standard(8, 1).network(0.01, 0).params();
    java.util.concurrent.TimeUnit.MILLISECONDS.sleep(20);
    INDArray second = DetectorArchitecture.standard(8, 1).network(0.01, 0).params();
    assertThat(second).isEqualTo(first);
    assertThat(DetectorArchitecture.standard(8, 1).network(0.01, 1).params()).isNotEqualTo(first);
  }

  @Test
  void hasThePapersParameterCount() {
    DetectorArchitecture architecture = DetectorArchitecture.standard(2048, 1);
    assertThat(architecture.parameterCount()).isEqualTo(2_131_041);
    assertThat(architecture.network(0.01, 1).numParams()).isEqualTo(2_131_041);
  }

  @Test
  void startsFromXavierUniformWeightsAndZeroBiases() {
    ComputationGraph network =
        new DetectorArchitecture(200, 1, List.of(100, 8), 0.4, 0).network(1, 5);
    double bound = Math.sqrt(6.0 / 300);
    double largest = NaiveDetector.parameter(network, "fc1_W").amaxNumber().doubleValue();
    assertThat(largest).isBetween(bound * 0.99, bound);
    assertThat(NaiveDetector.parameter(network, "fc1_W").meanNumber().doubleValue())
        .isEqualTo(0, within(0.003));
    assertThat(
            NaiveDetector.parameter(network, "att1_W")
                .equals(NaiveDetector.parameter(network, "fc1_W")))
        .isFalse();
    for (String bias : List.of("fc1_b", "att1_b", "fc2_b", "att2_b", "score_b")) {
      assertThat(NaiveDetector.parameter(network, bias).amaxNumber().doubleValue()).isZero();
    }
  }

  @Test
  void travelsAsJson() {
    ComputationGraphConfiguration configuration =
        DetectorArchitecture.standard(16, 3).configuration(0.01, 7, DataType.FLOAT);
    String json = configuration.toJson();
    assertThat(ComputationGraphConfiguration.fromJson(json).toJson()).isEqualTo(json);
    assertThat(json).contains("\"crops\" : 3");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void lossIsTheMeanOverSegmentsOfTheCrossEntropyOfTheCropMean(int crops) {
    Random random = new Random(crops);
    int segments = 5;
    double[] logits = random.doubles(segments * crops, -4, 4).toArray();
    double[] labels = repeated(crops, 1, 0, 1, 1, 0);
    double expected = 0;
    for (int s = 0; s < segments; s++) {
      double mean = 0;
      for (int c = 0; c < crops; c++) {
        mean += 1 / (1 + Math.exp(-logits[s * crops + c])) / crops;
      }
      expected -= Math.log(labels[s * crops] == 1 ? mean : 1 - mean) / segments;
    }
    var loss = new CropMeanBinaryCrossEntropy(crops);
    INDArray y = column(labels);
    INDArray z = column(logits);
    assertThat(loss.computeScore(y, z, new ActivationSigmoid(), null, true))
        .isEqualTo(expected, within(1e-12));
    assertThat(loss.computeScore(y, z, new ActivationSigmoid(), null, false) / (segments * crops))
        .isEqualTo(expected, within(1e-12));
    assertThat(
            loss.computeScoreArray(y, z, new ActivationSigmoid(), null).meanNumber().doubleValue())
        .isEqualTo(expected, within(1e-12));
  }

  @Test
  void lossStaysFiniteAndSteepForConfidentErrors() {
    var loss = new CropMeanBinaryCrossEntropy(1);
    var both =
        loss.computeGradientAndScore(
            column(1, 0, 1), column(-60, 60, -2000), new ActivationSigmoid(), null, false);
    assertThat(both.getFirst()).isEqualTo(60 + 60 + 708.396, within(0.001));
    assertThat(both.getSecond().getDouble(0)).isEqualTo(-1, within(1e-12));
    assertThat(both.getSecond().getDouble(1)).isEqualTo(1, within(1e-12));
  }

  @Test
  void lossRefusesWhatItCannotMean() {
    var loss = new CropMeanBinaryCrossEntropy(3);
    assertThatThrownBy(
            () ->
                loss.computeScore(column(1, 1), column(0, 0), new ActivationSigmoid(), null, true))
        .hasMessageContaining("whole segments of 3 rows")
        .hasMessageContaining("found 2 rows");
    assertThatThrownBy(
            () ->
                loss.computeScore(
                    column(1, 1, 1), column(0, 0, 0), new ActivationReLU(), null, true))
        .hasMessageContaining("sigmoid output");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void gradientAgreesWithFiniteDifferences(int crops) {
    var architecture = new DetectorArchitecture(6, crops, List.of(5, 3), 1.0, 5e-4);
    ComputationGraph network =
        new ComputationGraph(architecture.configuration(1, 3, DataType.DOUBLE));
    network.init();
    double[] labels = repeated(crops, 1, 0, 0.35, 1);
    INDArray x =
        Nd4j.createFromArray(new Random(9).doubles(4 * crops * 6, -2, 2).toArray())
            .reshape(4 * crops, 6);
    network.setInputs(x);
    network.setLabels(column(labels));
    network.computeGradientAndScore();
    // DL4J leaves the division by the rows and the l2 term to the updater.
    INDArray gradient = network.gradient().gradient().dup();
    INDArray parameters = network.params();
    assertThat(parameters.length()).isEqualTo(architecture.parameterCount());
    INDArray before = parameters.dup();
    double step = 1e-6;
    for (long i = 0; i < parameters.length(); i++) {
      double old = parameters.getDouble(i);
      parameters.putScalar(i, old + step);
      double above = network.score(new DataSet(x, column(labels)), true);
      parameters.putScalar(i, old - step);
      double below = network.score(new DataSet(x, column(labels)), true);
      parameters.putScalar(i, old);
      double numeric = (above - below) / (2 * step);
      boolean weight = isWeight(network, i);
      double analytic = gradient.getDouble(i) / (4 * crops) + (weight ? 5e-4 * old : 0);
      assertThat(analytic).as("parameter %d", i).isEqualTo(numeric, within(1e-7));
    }
    assertThat(parameters).isEqualTo(before);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void oneStepEqualsAnIndependentComputation(int crops) {
    int dim = 7;
    int segments = 6;
    double rate = 0.5;
    var architecture = new DetectorArchitecture(dim, crops, List.of(6, 4), 1.0, 0.01);
    ComputationGraph network = architecture.network(rate, 11);
    Random random = new Random(4);
    for (String bias : List.of("fc1_b", "att1_b", "fc2_b", "att2_b", "score_b")) {
      INDArray b = NaiveDetector.parameter(network, bias);
      for (long i = 0; i < b.length(); i++) {
        b.putScalar(i, random.nextGaussian() * 0.2);
      }
    }
    NaiveDetector naive = new NaiveDetector(network, crops, 0.01);
    double[][] x = new double[segments * crops][dim];
    for (double[] row : x) {
      for (int d = 0; d < dim; d++) {
        row[d] = (float) random.nextGaussian();
      }
    }
    double[] labels = repeated(crops, 1, 0, 0, 1, 0, 1);
    double loss = naive.step(x, labels, rate);
    network.fit(
        new DataSet(Nd4j.create(x).castTo(DataType.FLOAT), column(labels).castTo(DataType.FLOAT)));
    assertThat(network.score()).isEqualTo(loss, within(1e-5));
    naive.weights.forEach(
        (name, expected) -> {
          INDArray actual = NaiveDetector.parameter(network, name);
          for (int r = 0; r < expected.length; r++) {
            for (int c = 0; c < expected[r].length; c++) {
              assertThat(actual.getDouble(r, c)).as(name).isEqualTo(expected[r][c], within(1e-5));
            }
          }
        });
  }

  @ParameterizedTest
  @CsvSource({"true, false", "true, true", "false, false", "false, true"})
  void nesterovOverFallingRatesEqualsAnIndependentComputation(
      boolean attention, boolean decayBiases) {
    int dim = 5;
    int crops = 2;
    double l2 = 0.05;
    double rate = 0.2;
    var architecture =
        new DetectorArchitecture(dim, crops, List.of(6, 4), 1.0, l2, attention, decayBiases);
    var descent = new Descent(Optimizer.NESTEROV, 0.9, List.of(1, 3), 0.5);
    ComputationGraph network = architecture.network(descent.updater(rate), 11);
    assertThat(network.numParams()).isEqualTo(architecture.parameterCount());
    NaiveDetector naive = new NaiveDetector(network, crops, l2, attention, decayBiases);
    Random random = new Random(4);
    double[] soft = repeated(crops, 1, 0.3, 0, 0.75);
    for (int epoch = 0; epoch < 4; epoch++) {
      network.getConfiguration().setEpochCount(epoch);
      double[][] x = new double[soft.length][dim];
      for (double[] row : x) {
        for (int d = 0; d < dim; d++) {
          row[d] = (float) random.nextGaussian();
        }
      }
      double loss = naive.step(x, soft, epoch < 1 ? rate : epoch < 3 ? rate / 2 : rate / 4, 0.9);
      network.fit(
          new DataSet(Nd4j.create(x).castTo(DataType.FLOAT), column(soft).castTo(DataType.FLOAT)));
      assertThat(network.score()).isEqualTo(loss, within(1e-5));
    }
    naive.weights.forEach(
        (name, expected) -> {
          INDArray actual = NaiveDetector.parameter(network, name);
          for (int r = 0; r < expected.length; r++) {
            for (int c = 0; c < expected[r].length; c++) {
              assertThat(actual.getDouble(r, c)).as(name).isEqualTo(expected[r][c], within(2e-6));
            }
          }
        });
  }

  @ParameterizedTest
  @CsvSource({"SGD, false", "SGD, true", "NESTEROV, false", "NESTEROV, true"})
  void itsStepIsThatOfDl4j(Optimizer optimizer, boolean decayBiases) {
    var architecture =
        new DetectorArchitecture(40, 2, List.of(24, 6), 0.4, 0.01, true, decayBiases);
    var updater = new Descent(optimizer, 0.9, List.of(2), 0.1).updater(0.3);
    ComputationGraph ours = architecture.network(updater, 3);
    ComputationGraph plain = new ComputationGraph(ours.getConfiguration().clone());
    plain.init(ours.params().dup(), false);
    for (int step = 0; step < 4; step++) {
      INDArray x = Nd4j.rand(DataType.FLOAT, 20, 40);
      INDArray y = Nd4j.createFromArray(repeated(2, 1, 0, 1, 0, 0.5, 1, 0, 0, 1, 1));
      DataSet batch = new DataSet(x, y.castTo(DataType.FLOAT).reshape(20, 1));
      for (ComputationGraph network : List.of(ours, plain)) {
        network.getConfiguration().setEpochCount(step);
        Nd4j.getRandom().setSeed(70 + step);
        network.fit(batch);
      }
      assertThat(ours.score()).isEqualTo(plain.score(), within(1e-6));
      assertThat(ours.getIterationCount()).isEqualTo(plain.getIterationCount());
    }
    assertThat(ours.params().sub(plain.params()).amaxNumber().doubleValue()).isLessThan(2e-6);
    if (optimizer == Optimizer.NESTEROV) {
      INDArray difference =
          ours.getUpdater()
              .getUpdaterStateViewArray()
              .sub(plain.getUpdater().getUpdaterStateViewArray());
      assertThat(difference.amaxNumber().doubleValue()).isLessThan(2e-6);
    }
  }

  @Test
  void dropoutTouchesTrainingAlone() {
    ComputationGraph network =
        new DetectorArchitecture(30, 1, List.of(400), 0.4, 0).network(0.01, 2);
    INDArray x = Nd4j.rand(DataType.FLOAT, 50, 30);
    INDArray hidden = network.feedForward(x, false).get("hidden1").dup();
    Nd4j.getRandom().setSeed(4);
    INDArray dropped = network.feedForward(x, true).get("hidden1").dup();
    long kept = 0;
    long shown = 0;
    for (long i = 0; i < hidden.length(); i++) {
      double value = hidden.getDouble(i);
      shown += value > 0 ? 1 : 0;
      if (dropped.getDouble(i) != 0) {
        kept++;
        assertThat(dropped.getDouble(i)).isEqualTo(value / 0.4, within(1e-5 * value));
      }
    }
    assertThat((double) kept / shown).isEqualTo(0.4, within(5 * Math.sqrt(0.24 / shown)));
    assertThat(network.feedForward(x, false).get("hidden1")).isEqualTo(hidden);
  }

  @Test
  void withoutAttentionALayerHasOneProduct() {
    DetectorArchitecture plain = DetectorArchitecture.standard(2048, 1).withAttention(false);
    assertThat(plain.parameterCount()).isEqualTo(2049 * 512 + 513 * 32 + 33);
  }

  @Test
  void softLabelsHaveTheirCrossEntropyAndItsSlope() {
    var loss = new CropMeanBinaryCrossEntropy(1);
    double p = 1 / (1 + Math.exp(-0.7));
    var both =
        loss.computeGradientAndScore(
            column(0.25), column(0.7), new ActivationSigmoid(), null, false);
    assertThat(both.getFirst())
        .isEqualTo(-0.25 * Math.log(p) - 0.75 * Math.log(1 - p), within(1e-12));
    assertThat(both.getSecond().getDouble(0)).isEqualTo(p - 0.25, within(1e-12));
  }

  private static boolean isWeight(ComputationGraph network, long index) {
    long at = 0;
    for (var layer : network.getLayers()) {
      for (var entry : layer.paramTable().entrySet()) {
        at += entry.getValue().length();
        if (index < at) {
          return entry.getKey().equals("W");
        }
      }
    }
    throw new AssertionError();
  }

  private static INDArray column(double... values) {
    return Nd4j.createFromArray(values).reshape(values.length, 1);
  }

  private static double[] repeated(int times, double... values) {
    double[] out = new double[values.length * times];
    for (int i = 0; i < out.length; i++) {
      out[i] = values[i / times];
    }
    return out;
  }
}
