package org.c2fpl.detector;

import java.util.Collection;
import java.util.Map;
import java.util.Objects;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.ParamInitializer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.memory.LayerMemoryReport;
import org.deeplearning4j.nn.conf.memory.MemoryReport;
import org.deeplearning4j.nn.params.DefaultParamInitializer;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A hidden layer of the detector as one DL4J layer:
 *
 * <pre>
 *   h = relu(x W_fc + b_fc),  a = softmax(x W_att + b_att),  out = dropout(h + h · a)
 * </pre>
 *
 * and {@code out = dropout(h)} without attention. It is one layer instead of five, because {@code
 * W_fc} and {@code W_att} then share one product in each direction, and because the first layer
 * need not compute the unused gradient with respect to the features.
 *
 * <p>Parameters: {@code W}, {@code nIn × columns} in column order, those of {@code fc} before those
 * of {@code att}; {@code b}, {@code 1 × columns} likewise; {@code columns} is {@code 2 nOut} with
 * attention, else {@code nOut}.
 */
public final class GatedDense extends FeedForwardLayer {
  private static final long serialVersionUID = 1L;

  private boolean attention;
  private double retain;
  private boolean inputGradient;

  /** Only for DL4J's JSON. */
  GatedDense() {}

  private GatedDense(Builder builder) {
    super(builder);
    attention = builder.attention;
    retain = builder.retain;
    inputGradient = builder.inputGradient;
  }

  public boolean isAttention() {
    return attention;
  }

  public void setAttention(boolean attention) {
    this.attention = attention;
  }

  /** The probability with which dropout keeps a unit, in (0, 1]. */
  public double getRetain() {
    return retain;
  }

  public void setRetain(double retain) {
    this.retain = retain;
  }

  /** Whether a layer below needs the gradient with respect to this one's input. */
  public boolean isInputGradient() {
    return inputGradient;
  }

  public void setInputGradient(boolean inputGradient) {
    this.inputGradient = inputGradient;
  }

  /** Products of one input row: {@code 2 nOut} with attention, else {@code nOut}. */
  long columns() {
    return attention ? 2 * getNOut() : getNOut();
  }

  @Override
  public Layer instantiate(
      NeuralNetConfiguration configuration,
      Collection<TrainingListener> listeners,
      int index,
      INDArray parameters,
      boolean initialize,
      DataType type) {
    GatedDenseLayer layer = new GatedDenseLayer(configuration, type);
    layer.setListeners(listeners);
    layer.setIndex(index);
    layer.setParamsViewArray(parameters);
    Map<String, INDArray> table = initializer().init(configuration, parameters, initialize);
    layer.setParamTable(table);
    layer.setConf(configuration);
    return layer;
  }

  @Override
  public ParamInitializer initializer() {
    return Initializer.INSTANCE;
  }

  /**
   * Activations and working memory: {@code columns} values a row, kept from the forward to the
   * backward pass.
   */
  @Override
  public LayerMemoryReport getMemoryReport(InputType inputType) {
    InputType output = getOutputType(-1, inputType);
    long parameters = initializer().numParams(this);
    return new LayerMemoryReport.Builder(layerName, GatedDense.class, inputType, output)
        .standardMemory(parameters, getIUpdater().stateSize(parameters))
        .workingMemory(0, columns(), 0, columns())
        .cacheMemory(MemoryReport.CACHE_MODE_ALL_ZEROS, MemoryReport.CACHE_MODE_ALL_ZEROS)
        .build();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof GatedDense that
        && super.equals(that)
        && attention == that.attention
        && retain == that.retain
        && inputGradient == that.inputGradient;
  }

  @Override
  public int hashCode() {
    return Objects.hash(super.hashCode(), attention, retain, inputGradient);
  }

  @Override
  protected boolean canEqual(Object other) {
    return other instanceof GatedDense;
  }

  /**
   * Dense parameters of all columns, each half initialised like a separate layer of {@code nOut}
   * units.
   */
  private static final class Initializer extends DefaultParamInitializer {
    static final Initializer INSTANCE = new Initializer();

    @Override
    public long numParams(org.deeplearning4j.nn.conf.layers.Layer layer) {
      GatedDense gated = (GatedDense) layer;
      return (gated.getNIn() + 1) * gated.columns();
    }

    @Override
    public Map<String, INDArray> init(
        NeuralNetConfiguration configuration, INDArray view, boolean initialize) {
      GatedDense gated = (GatedDense) configuration.getLayer();
      INDArray[] parts = parts(gated, view);
      configuration.addVariable(WEIGHT_KEY);
      configuration.addVariable(BIAS_KEY);
      if (initialize) {
        long nIn = gated.getNIn();
        long nOut = gated.getNOut();
        gated
            .getWeightInitFn()
            .init(nIn, nOut, parts[0].shape(), 'f', parts[0].reshape('f', 1, parts[0].length()));
        parts[1].assign(gated.getBiasInit());
      }
      return table(parts);
    }

    @Override
    public Map<String, INDArray> getGradientsFromFlattened(
        NeuralNetConfiguration configuration, INDArray view) {
      return table(parts((GatedDense) configuration.getLayer(), view));
    }

    private static Map<String, INDArray> table(INDArray[] parts) {
      Map<String, INDArray> table = new java.util.LinkedHashMap<>();
      table.put(WEIGHT_KEY, parts[0]);
      table.put(BIAS_KEY, parts[1]);
      return table;
    }

    private static INDArray[] parts(GatedDense gated, INDArray view) {
      return new INDArray[] {
        GatedDenseLayer.part(view, 0, gated.getNIn(), gated.columns()),
        GatedDenseLayer.part(view, gated.getNIn() * gated.columns(), 1, gated.columns())
      };
    }
  }

  static final class Builder extends FeedForwardLayer.Builder<Builder> {
    private boolean attention = true;
    private double retain = 1;
    private boolean inputGradient = true;

    Builder attention(boolean attention) {
      this.attention = attention;
      return this;
    }

    Builder retain(double retain) {
      this.retain = retain;
      return this;
    }

    Builder inputGradient(boolean inputGradient) {
      this.inputGradient = inputGradient;
      return this;
    }

    @Override
    @SuppressWarnings("unchecked")
    public GatedDense build() {
      return new GatedDense(this);
    }
  }
}
