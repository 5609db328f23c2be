package org.c2fpl.detector;

import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.BaseLayer;
import org.deeplearning4j.nn.params.DefaultParamInitializer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Runs {@link GatedDense}: one product for all columns and {@link GateRow} for each row; backward
 * one product for the gradient of the input, if needed, and one for the gradient of the weights or
 * for their update.
 *
 * <p>Memory outside the heap, kept between batches: {@code columns} values per row of the largest
 * batch, which hold the products, then the activations, then the gradients.
 */
final class GatedDenseLayer extends BaseLayer<GatedDense> {
  private static final long serialVersionUID = 1L;

  /** Row-major rows × columns, kept from the forward to the backward pass. */
  private transient INDArray kept;

  private transient INDArray output;

  /** The update to make in place of the weights' gradient; null to compute the gradient itself. */
  private transient Step step;

  /** {@code W ← keep · W − along · gradient}. */
  record Step(float keep, float along) {}

  GatedDenseLayer(NeuralNetConfiguration configuration, DataType type) {
    super(configuration, type);
  }

  /**
   * From now on the backward pass updates the weights in the product that computes their gradient,
   * which is not written: this takes two thirds of the memory traffic. With null the gradient is
   * written again and the weights are unchanged.
   */
  void stepping(Step step) {
    this.step = step;
  }

  /** A view of {@code rows × columns} numbers of a flat array, in column order. */
  static INDArray part(INDArray flat, long from, long rows, long columns) {
    return flat.reshape(flat.length())
        .get(NDArrayIndex.interval(from, from + rows * columns))
        .reshape('f', rows, columns);
  }

  @Override
  public INDArray activate(boolean training, LayerWorkspaceMgr workspaces) {
    assertInputSet(false);
    INDArray x = input.castTo(dataType);
    int rows = Math.toIntExact(x.size(0));
    INDArray products = working(rows);
    Nd4j.gemm(weights(), x, products, true, true, 1, 0);
    GateRow row = row();
    output =
        workspaces.createUninitialized(
            ArrayType.ACTIVATIONS, dataType, new long[] {rows, layerConf().getNOut()}, 'c');
    NumberRows in = NumberRows.of(products);
    NumberRows out = NumberRows.of(output);
    long seed = training ? Nd4j.getRandom().nextLong() : 0;
    for (int r = 0; r < rows; r++) {
      in.read(r, row.columns);
      if (training) {
        row.forth(seed, r);
        in.write(r, row.columns);
      } else {
        row.forth();
      }
      out.write(r, row.output);
    }
    NativeMemory.written(products);
    NativeMemory.written(output);
    return output;
  }

  @Override
  public Pair<Gradient, INDArray> backpropGradient(INDArray epsilon, LayerWorkspaceMgr workspaces) {
    INDArray x = input.castTo(dataType);
    int rows = Math.toIntExact(x.size(0));
    INDArray columns = working(rows);
    GateRow row = row();
    NumberRows in = NumberRows.of(columns);
    NumberRows out = NumberRows.of(output);
    NumberRows error = NumberRows.of(epsilon.ordering() == 'c' ? epsilon : epsilon.dup('c'));
    for (int r = 0; r < rows; r++) {
      in.read(r, row.columns);
      out.read(r, row.output);
      error.read(r, row.error);
      row.back();
      in.write(r, row.columns);
    }
    NativeMemory.written(columns);
    INDArray below = null;
    if (layerConf().isInputGradient()) {
      below =
          workspaces.createUninitialized(
              ArrayType.ACTIVATION_GRAD, dataType, new long[] {rows, x.size(1)}, 'c');
      Nd4j.gemm(weights(), columns, below.transpose(), false, false, 1, 0);
    }
    INDArray weightGradient = gradientViews.get(DefaultParamInitializer.WEIGHT_KEY);
    if (step == null) {
      Nd4j.gemm(x, columns, weightGradient, true, true, 1, 0);
    } else {
      Nd4j.gemm(x, columns, weights(), true, true, -step.along, step.keep);
    }
    INDArray biasGradient = gradientViews.get(DefaultParamInitializer.BIAS_KEY);
    NumberRows.of(biasGradient).write(0, row.biasGradient);
    NativeMemory.written(biasGradient);
    Gradient gradient = new DefaultGradient();
    gradient.gradientForVariable().put(DefaultParamInitializer.WEIGHT_KEY, weightGradient);
    gradient.gradientForVariable().put(DefaultParamInitializer.BIAS_KEY, biasGradient);
    return new Pair<>(gradient, below);
  }

  private INDArray weights() {
    return getParam(DefaultParamInitializer.WEIGHT_KEY);
  }

  private GateRow row() {
    double[] bias = getParam(DefaultParamInitializer.BIAS_KEY).toDoubleVector();
    GatedDense conf = layerConf();
    return new GateRow((int) conf.getNOut(), conf.isAttention(), conf.getRetain(), bias);
  }

  /** The first rows of the kept memory, as {@code columns × rows} in column order. */
  private INDArray working(int rows) {
    long columns = layerConf().columns();
    if (kept == null || kept.length() < rows * columns) {
      if (kept != null) {
        kept.close();
      }
      try (var outside = Nd4j.getWorkspaceManager().scopeOutOfWorkspaces()) {
        kept = Nd4j.createUninitializedDetached(dataType, rows * columns);
      }
    }
    return part(kept, 0, columns, rows);
  }

  @Override
  public void clear() {
    super.clear();
    output = null;
  }

  @Override
  public boolean isPretrainLayer() {
    return false;
  }
}
