package org.c2fpl.detector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.GradientUpdater;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Sgd;

class DescentTest {
  private static final int SIZE = 7;

  @BeforeAll
  static void pinThreads() {
    NativeThreads.pin();
  }

  @Test
  void nesterovEqualsPyTorchsDefinitionToTheBitInDouble() {
    double mu = 0.9;
    IUpdater config = new Descent(Optimizer.NESTEROV, mu, List.of(2, 4), 0.1).updater(0.05);
    INDArray state = Nd4j.zeros(DataType.DOUBLE, 1, SIZE);
    GradientUpdater<?> updater = config.instantiate(state, true);
    Random random = new Random(3);
    double[] buffer = null;
    for (int epoch = 0; epoch < 6; epoch++) {
      double rate = epoch < 2 ? 0.05 : epoch < 4 ? 0.05 * 0.1 : 0.05 * 0.1 * 0.1;
      for (int batch = 0; batch < 3; batch++) {
        double[] g = random.doubles(SIZE, -1, 1).toArray();
        INDArray gradient = Nd4j.createFromArray(g).reshape(1, SIZE);
        updater.applyUpdater(gradient, 3 * epoch + batch, epoch);
        // As torch.optim.SGD is written: the first buffer is the gradient itself.
        if (buffer == null) {
          buffer = g.clone();
        } else {
          for (int i = 0; i < SIZE; i++) {
            buffer[i] = mu * buffer[i] + g[i];
          }
        }
        for (int i = 0; i < SIZE; i++) {
          assertThat(gradient.getDouble(i)).isEqualTo((g[i] + mu * buffer[i]) * rate);
          assertThat(state.getDouble(i)).isEqualTo(buffer[i]);
        }
      }
    }
  }

  @Test
  void stateGoesOnWhereItWas() {
    IUpdater config = new Descent(Optimizer.NESTEROV, 0.5, List.of(), 1).updater(1);
    INDArray state = Nd4j.createFromArray(new double[] {2, 4}).reshape(1, 2);
    INDArray gradient = Nd4j.createFromArray(new double[] {1, 1}).reshape(1, 2);
    config.instantiate(state, false).applyUpdater(gradient, 0, 0);
    assertThat(state.toDoubleVector()).containsExactly(2, 3);
    assertThat(gradient.toDoubleVector()).containsExactly(2, 2.5);
    assertThat(config.stateSize(2)).isEqualTo(2);
  }

  @ParameterizedTest
  @EnumSource
  void theRateFallsAfterTheGivenEpochs(Optimizer optimizer) {
    IUpdater updater = new Descent(optimizer, 0.9, List.of(15, 25), 0.1).updater(0.02);
    // Epochs completed: the 15th epoch is the last of the full rate.
    assertThat(updater.getLearningRate(0, 0)).isEqualTo(0.02);
    assertThat(updater.getLearningRate(0, 14)).isEqualTo(0.02);
    assertThat(updater.getLearningRate(0, 15)).isEqualTo(0.002, within(1e-18));
    assertThat(updater.getLearningRate(0, 24)).isEqualTo(0.002, within(1e-18));
    assertThat(updater.getLearningRate(0, 25)).isEqualTo(0.0002, within(1e-18));
    assertThat(updater.getLearningRate(0, 1000)).isEqualTo(0.0002, within(1e-18));
  }

  @ParameterizedTest
  @EnumSource
  void travelsAsJson(Optimizer optimizer) {
    IUpdater updater = new Descent(optimizer, 0.9, List.of(15, 25), 0.1).updater(0.02);
    String json =
        DetectorArchitecture.standard(16, 3).configuration(updater, 7, DataType.FLOAT).toJson();
    ComputationGraphConfiguration read = ComputationGraphConfiguration.fromJson(json);
    assertThat(read.toJson()).isEqualTo(json);
    var network = new org.deeplearning4j.nn.graph.ComputationGraph(read);
    network.init();
    INDArray state = network.getUpdater().getUpdaterStateViewArray();
    assertThat(state == null ? 0 : state.length())
        .isEqualTo(optimizer == Optimizer.SGD ? 0 : network.numParams());
  }

  @Test
  void plainIsNd4jsSgdAsBefore() {
    assertThat(Descent.plain().updater(0.02)).isEqualTo(new Sgd(0.02));
    assertThat(new Descent(Optimizer.SGD, 0.9, List.of(), 0.1)).isEqualTo(Descent.plain());
  }

  @Test
  void refusesWhatMeansNothing() {
    assertThatThrownBy(() -> new Descent(Optimizer.NESTEROV, 1, List.of(), 1))
        .hasMessageContaining("momentum");
    assertThatThrownBy(() -> new Descent(Optimizer.SGD, 0, List.of(3, 3), 0.1))
        .hasMessageContaining("ascend");
    assertThatThrownBy(() -> new Descent(Optimizer.SGD, 0, List.of(0), 0.1))
        .hasMessageContaining("ascend");
    assertThatThrownBy(() -> new Descent(Optimizer.SGD, 0, List.of(3), 0))
        .hasMessageContaining("--learning-rate-factor");
  }
}
