package org.c2fpl.detector;

import java.io.Serializable;
import java.util.List;
import java.util.Map;
import org.c2fpl.method.training.SegmentDeal;
import org.c2fpl.workspace.StoredOptions;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Sgd;

/**
 * The shape of the detector: for every hidden size in turn
 *
 * <pre>
 *   h = relu(fc(x)),  a = softmax(att(x)) over the layer's units,  x' = dropout(h + h · a)
 * </pre>
 *
 * (without attention {@code x' = dropout(h)}) and one sigmoid unit on top. Input rows are single
 * crops; a segment's score is the mean over its crops.
 *
 * @param dim components of a crop's feature vector
 * @param crops crops in a segment; only the loss uses it
 * @param hidden sizes of the hidden layers, first to last
 * @param retain probability with which dropout keeps a unit, in (0, 1]
 * @param l2 factor of {@code ½ Σ w²} over the weights, ≥ 0
 * @param attention whether hidden layers are gated by attention
 * @param decayBiases whether {@code l2} counts the biases, too
 */
public record DetectorArchitecture(
    int dim,
    int crops,
    List<Integer> hidden,
    double retain,
    double l2,
    boolean attention,
    boolean decayBiases)
    implements StoredOptions, Serializable {
  /** Bounds of plausible models; others are refused before memory is allocated. */
  public static final int MAX_DIM = 1_000_000;

  public static final int MAX_CROPS = 1_000;
  public static final int MAX_HIDDEN = 16_384;
  public static final int MAX_LAYERS = 8;

  /** The share of anomalous targets is held this far from 0 and 1: log-odds within ±13.8. */
  private static final double LEAST_SHARE = 1e-6;

  /**
   * @throws IllegalArgumentException if a value is out of bounds
   */
  public DetectorArchitecture {
    hidden = List.copyOf(hidden);
    requireWithin("dim", dim, MAX_DIM);
    requireWithin("crops", crops, MAX_CROPS);
    requireWithin("number of hidden layers", hidden.size(), MAX_LAYERS);
    for (int units : hidden) {
      requireWithin("hidden size", units, MAX_HIDDEN);
    }
    if (!(retain > 0 && retain <= 1)) {
      throw new IllegalArgumentException("retain must be in (0, 1], found " + retain);
    }
    if (!(l2 >= 0 && l2 < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("l2 must be finite and at least 0, found " + l2);
    }
  }

  /** With attention, and no decay of biases. */
  public DetectorArchitecture(int dim, int crops, List<Integer> hidden, double retain, double l2) {
    this(dim, crops, hidden, retain, l2, true, false);
  }

  /** The paper's sizes: 512 and 32 units, 0.6 dropped, l2 of 5e-4. */
  public static DetectorArchitecture standard(int dim, int crops) {
    return new DetectorArchitecture(dim, crops, List.of(512, 32), 0.4, 5e-4);
  }

  @Override
  public Map<String, Object> stored() {
    return Map.of(
        "dim",
        dim,
        "crops",
        crops,
        "hidden",
        hidden,
        "retain",
        retain,
        "l2",
        l2,
        "attention",
        attention,
        "decay_biases",
        decayBiases);
  }

  public DetectorArchitecture withAttention(boolean attention) {
    return new DetectorArchitecture(dim, crops, hidden, retain, l2, attention, decayBiases);
  }

  public DetectorArchitecture withDecayBiases(boolean decayBiases) {
    return new DetectorArchitecture(dim, crops, hidden, retain, l2, attention, decayBiases);
  }

  /**
   * The number of weights and biases: one product per hidden layer, two with attention, and the
   * output unit.
   */
  public long parameterCount() {
    long count = 0;
    long inputs = dim;
    for (int units : hidden) {
      count += (attention ? 2 : 1) * (inputs + 1) * units;
      inputs = units;
    }
    return count + inputs + 1;
  }

  /**
   * The DL4J configuration of the network: Xavier uniform weights from {@code seed}, zero biases
   * except for the output unit, the loss on the mean over crops.
   *
   * @param updater turns gradients into steps
   * @param outputBias the initial bias of the output unit
   * @param type FLOAT for training and scoring; DOUBLE where gradients are checked
   */
  private ComputationGraphConfiguration configuration(
      IUpdater updater, long seed, double outputBias, DataType type) {
    var graph =
        new NeuralNetConfiguration.Builder()
            .seed(SegmentDeal.initialSeed(seed))
            .dataType(type)
            .weightInit(WeightInit.XAVIER_UNIFORM)
            .biasInit(0)
            .updater(updater)
            .l2(l2)
            .l2Bias(decayBiases ? l2 : 0)
            .graphBuilder()
            .addInputs("features");
    String input = "features";
    int inputs = dim;
    for (int layer = 1; layer <= hidden.size(); layer++) {
      String name = "hidden" + layer;
      int units = hidden.get(layer - 1);
      graph.addLayer(
          name,
          new GatedDense.Builder()
              .attention(attention)
              .retain(retain)
              .inputGradient(layer > 1)
              .nIn(inputs)
              .nOut(units)
              .activation(Activation.RELU)
              .build(),
          input);
      input = name;
      inputs = units;
    }
    return graph
        .addLayer(
            "score",
            new OutputLayer.Builder(new CropMeanBinaryCrossEntropy(crops))
                .nIn(inputs)
                .nOut(1)
                .biasInit(outputBias)
                .activation(Activation.SIGMOID)
                .build(),
            input)
        .setOutputs("score")
        .build();
  }

  /** The configuration with all biases at zero. */
  public ComputationGraphConfiguration configuration(IUpdater updater, long seed, DataType type) {
    return configuration(updater, seed, 0, type);
  }

  /** The configuration with plain SGD and a learning rate. */
  public ComputationGraphConfiguration configuration(
      double learningRate, long seed, DataType type) {
    return configuration(new Sgd(learningRate), seed, type);
  }

  /** A freshly initialised float network with plain SGD. */
  public ComputationGraph network(double learningRate, long seed) {
    return network(new Sgd(learningRate), seed);
  }

  /** A freshly initialised float network with all biases at zero. */
  public ComputationGraph network(IUpdater updater, long seed) {
    return network(updater, seed, 0);
  }

  /**
   * A freshly initialised float network for training.
   *
   * @param outputBias the initial bias of the output unit
   */
  ComputationGraph network(IUpdater updater, long seed, double outputBias) {
    ComputationGraph network =
        new DetectorNetwork(configuration(updater, seed, outputBias, DataType.FLOAT));
    network.init();
    return network;
  }

  /**
   * The output bias for which an untrained network answers with the mean target: log(share / (1 −
   * share)). With a bias of 0 the first steps push all scores down to the share through weights
   * that all inputs share, so larger inputs get lower scores.
   *
   * @param share the mean target, held within [1e-6, 1 − 1e-6]
   */
  static double outputBias(double share) {
    double held = Math.max(LEAST_SHARE, Math.min(1 - LEAST_SHARE, share));
    // Not Math.log, whose last bit may differ between machines.
    return StrictMath.log(held / (1 - held));
  }

  private static void requireWithin(String what, int value, int most) {
    if (value < 1 || value > most) {
      throw new IllegalArgumentException(
          what + " must be between 1 and " + most + ", found " + value);
    }
  }
}
