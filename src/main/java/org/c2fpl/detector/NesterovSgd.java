package org.c2fpl.detector;

import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.GradientUpdater;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Stochastic gradient descent with Nesterov's momentum as PyTorch's {@code SGD(nesterov=True)}
 * defines it: with g the gradient, weight decay included, and b the buffer, 0 at first,
 *
 * <pre>
 *   b ← μ b + g,   w ← w − rate · (g + μ b)
 * </pre>
 *
 * <p>The buffer holds no rate, so a change of the rate takes full effect at once. ND4J's {@code
 * Nesterovs} keeps the rate inside its buffer, so old steps continue at the old rate.
 *
 * <p>State: b, one value per parameter. Immutable.
 */
public final class NesterovSgd implements IUpdater {
  private static final long serialVersionUID = 1L;
  private static final String BUFFER = "buffer";

  private final double momentum;
  private final ISchedule rates;

  /**
   * @param momentum μ, in [0, 1)
   * @param rates the learning rate by epoch
   */
  @JsonCreator
  public NesterovSgd(
      @JsonProperty("momentum") double momentum, @JsonProperty("rates") ISchedule rates) {
    this.momentum = momentum;
    this.rates = rates;
  }

  @JsonProperty("momentum")
  public double getMomentum() {
    return momentum;
  }

  @JsonProperty("rates")
  public ISchedule getRates() {
    return rates;
  }

  @Override
  public long stateSize(long parameters) {
    return parameters;
  }

  @Override
  public GradientUpdater<NesterovSgd> instantiate(INDArray state, boolean initialize) {
    Steps steps = new Steps(this);
    steps.setStateViewArray(state, state.shape().clone(), state.ordering(), initialize);
    return steps;
  }

  @Override
  public GradientUpdater<NesterovSgd> instantiate(Map<String, INDArray> state, boolean initialize) {
    Steps steps = new Steps(this);
    steps.setState(state, initialize);
    return steps;
  }

  @Override
  public double getLearningRate(int iteration, int epoch) {
    return rates.valueAt(iteration, epoch);
  }

  @Override
  public boolean hasLearningRate() {
    return true;
  }

  @Override
  public void setLrAndSchedule(double rate, ISchedule schedule) {
    throw new UnsupportedOperationException("The rates of a training do not change: build another");
  }

  /** This object: it never changes. */
  @Override
  public IUpdater clone() {
    return this;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof NesterovSgd that
        && momentum == that.momentum
        && rates.equals(that.rates);
  }

  @Override
  public int hashCode() {
    return 31 * Double.hashCode(momentum) + rates.hashCode();
  }

  @Override
  public String toString() {
    return "NesterovSgd(momentum=" + momentum + ", rates=" + rates + ")";
  }

  /** The buffer of one block of parameters, a view of the network's updater state. */
  private static final class Steps implements GradientUpdater<NesterovSgd> {
    private final NesterovSgd config;
    private INDArray buffer;

    Steps(NesterovSgd config) {
      this.config = config;
    }

    @Override
    public NesterovSgd getConfig() {
      return config;
    }

    @Override
    public void setState(Map<String, INDArray> state, boolean initialize) {
      buffer = state.get(BUFFER);
      if (initialize) {
        buffer.assign(0);
      }
    }

    @Override
    public Map<String, INDArray> getState() {
      return Map.of(BUFFER, buffer);
    }

    @Override
    public void setStateViewArray(INDArray view, long[] shape, char order, boolean initialize) {
      if (initialize) {
        view.assign(0);
      }
      buffer = view.reshape(order, shape);
    }

    /** Turns the gradient, in place, into the step that is subtracted from the parameters. */
    @Override
    public void applyUpdater(INDArray gradient, int iteration, int epoch) {
      buffer.muli(config.momentum).addi(gradient);
      try (INDArray ahead = buffer.mul(config.momentum)) {
        gradient.addi(ahead).muli(config.getLearningRate(iteration, epoch));
      }
    }
  }
}
