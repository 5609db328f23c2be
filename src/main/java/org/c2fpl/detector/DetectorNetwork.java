package org.c2fpl.detector;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.TrainingConfig;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.params.DefaultParamInitializer;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.learning.regularization.L2Regularization;
import org.nd4j.linalg.learning.regularization.Regularization;

/**
 * A DL4J graph whose {@code fit} updates the parameters in few passes. In DL4J the division by the
 * batch, weight decay, momentum and the step take five passes, a quarter of the time for 2.1
 * million parameters and a batch of 128. Here plain SGD updates the hidden weights in the product
 * that computes their gradient ({@link GatedDenseLayer#stepping}); momentum takes one pass.
 *
 * <p>The step is that of {@link Sgd} and {@link NesterovSgd} with l2; for other updaters, and in
 * double, {@code fit} is that of DL4J.
 */
final class DetectorNetwork extends ComputationGraph {
  private static final long serialVersionUID = 1L;
  private static final int CHUNK = 4096;

  /**
   * The l2 term of the loss, kept while the weights are already being updated; null at other times.
   */
  private transient Double regularization;

  DetectorNetwork(ComputationGraphConfiguration configuration) {
    super(configuration);
  }

  /** Consecutive parameters with the same weight decay. */
  private record Block(int from, int to, float decay, boolean hiddenWeights) {}

  /** One step on one batch; {@code score()} is the batch's loss before it, l2 included. */
  @Override
  public void fit(DataSet batch) {
    IUpdater updater = getLayer(0).getConfig().getUpdaterByParam("W");
    if (params().dataType() != DataType.FLOAT
        || !(updater instanceof Sgd || updater instanceof NesterovSgd)) {
      super.fit(batch);
      return;
    }
    setInputs(batch.getFeatures());
    setLabels(batch.getLabels());
    float rate = (float) updater.getLearningRate(getIterationCount(), getEpochCount());
    float share = 1f / batch.getFeatures().size(0);
    if (updater instanceof NesterovSgd nesterov) {
      computeGradientAndScore();
      step(share, rate, (float) nesterov.getMomentum());
    } else {
      step(share, rate);
    }
    clearLayersStates();
    getConfiguration().setIterationCount(getIterationCount() + 1);
    for (TrainingListener listener : getListeners()) {
      listener.iterationDone(this, getIterationCount(), getEpochCount());
    }
  }

  /** {@code ½ decay Σ w²}: the sum of DL4J's norms of all parameters, at the speed of BLAS. */
  @Override
  public double calcRegularizationScore(boolean backpropParametersOnly) {
    if (regularization != null) {
      return regularization;
    }
    INDArray all = params().reshape(params().length());
    double sum = 0;
    for (Block block : blocks()) {
      if (block.decay > 0) {
        INDArray part = all.get(NDArrayIndex.interval(block.from, block.to));
        sum += block.decay / 2 * Nd4j.getBlasWrapper().dot(part, part);
      }
    }
    return sum;
  }

  /** {@code w ← (1 − rate · decay) w − rate · share · g}, most of it during the backward pass. */
  private void step(float share, float rate) {
    float along = rate * share;
    regularization = calcRegularizationScore(true);
    try {
      for (GatedDenseLayer layer : hidden()) {
        float decay = decay(layer.getConfig(), DefaultParamInitializer.WEIGHT_KEY);
        layer.stepping(new GatedDenseLayer.Step(1 - rate * decay, along));
      }
      computeGradientAndScore();
    } finally {
      regularization = null;
      hidden().forEach(layer -> layer.stepping(null));
    }
    FloatBuffer parameters = NativeMemory.floats(params());
    FloatBuffer gradients = NativeMemory.floats(getGradientsViewArray());
    for (Block block : blocks()) {
      if (!block.hiddenWeights) {
        float keep = 1 - rate * block.decay;
        for (int i = block.from; i < block.to; i++) {
          parameters.put(i, keep * parameters.get(i) - along * gradients.get(i));
        }
      }
    }
    NativeMemory.written(params());
  }

  private List<GatedDenseLayer> hidden() {
    List<GatedDenseLayer> hidden = new ArrayList<>();
    for (Layer layer : getLayers()) {
      if (layer instanceof GatedDenseLayer gated) {
        hidden.add(gated);
      }
    }
    return hidden;
  }

  /** The step of {@link NesterovSgd} on {@code share · g + decay · w}. */
  private void step(float share, float rate, float momentum) {
    FloatBuffer parameters = NativeMemory.floats(params());
    FloatBuffer gradients = NativeMemory.floats(getGradientsViewArray());
    FloatBuffer buffers = NativeMemory.floats(getUpdater().getUpdaterStateViewArray());
    float[] w = new float[CHUNK];
    float[] g = new float[CHUNK];
    float[] b = new float[CHUNK];
    for (Block block : blocks()) {
      float decay = block.decay;
      for (int from = block.from; from < block.to; from += CHUNK) {
        int length = Math.min(CHUNK, block.to - from);
        parameters.get(from, w, 0, length);
        gradients.get(from, g, 0, length);
        buffers.get(from, b, 0, length);
        for (int i = 0; i < length; i++) {
          float slope = share * g[i] + decay * w[i];
          b[i] = momentum * b[i] + slope;
          w[i] -= rate * (slope + momentum * b[i]);
        }
        parameters.put(from, w, 0, length);
        buffers.put(from, b, 0, length);
      }
    }
    NativeMemory.written(params());
    NativeMemory.written(getUpdater().getUpdaterStateViewArray());
  }

  private List<Block> blocks() {
    List<Block> blocks = new ArrayList<>();
    int at = 0;
    for (Layer layer : getLayers()) {
      TrainingConfig conf = layer.getConfig();
      for (var parameter : layer.paramTable().entrySet()) {
        int length = Math.toIntExact(parameter.getValue().length());
        boolean hiddenWeights =
            layer instanceof GatedDenseLayer
                && parameter.getKey().equals(DefaultParamInitializer.WEIGHT_KEY);
        blocks.add(new Block(at, at + length, decay(conf, parameter.getKey()), hiddenWeights));
        at += length;
      }
    }
    return blocks;
  }

  private static float decay(TrainingConfig conf, String parameter) {
    double decay = 0;
    for (Regularization term : conf.getRegularizationByParam(parameter)) {
      if (!(term instanceof L2Regularization l2)) {
        throw new IllegalStateException("The step supports only l2, found " + term);
      }
      decay += l2.getL2().valueAt(0, 0);
    }
    return (float) decay;
  }
}
