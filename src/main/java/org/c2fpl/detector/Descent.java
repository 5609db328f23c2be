package org.c2fpl.detector;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.c2fpl.errors.Bounds;
import org.c2fpl.errors.UsageException;
import org.c2fpl.workspace.StoredOptions;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.linalg.schedule.MapSchedule;
import org.nd4j.linalg.schedule.ScheduleType;

/**
 * The optimiser and the schedule of the learning rate over the epochs.
 *
 * <p>Values without effect are set to 0 or 1, so that equivalent descents are equal: the momentum
 * of {@link Optimizer#SGD}, and the factor without steps.
 *
 * @param momentum of {@link Optimizer#NESTEROV}, in [0, 1)
 * @param rateSteps numbers of completed epochs, ascending, after each of which the rate is
 *     multiplied by {@code rateFactor}; empty for a constant rate
 * @param rateFactor above 0
 */
public record Descent(
    Optimizer optimizer, double momentum, List<Integer> rateSteps, double rateFactor)
    implements StoredOptions {

  /**
   * @throws UsageException if a number is out of range or the steps do not ascend
   */
  public Descent {
    Bounds.require("--momentum", momentum, "[0, 1)");
    Bounds.require("--learning-rate-factor", rateFactor, "(0, ∞)");
    rateSteps = List.copyOf(rateSteps);
    int last = 0;
    for (int step : rateSteps) {
      if (step <= last) {
        throw new UsageException(
            "Cannot use --learning-rate-steps "
                + rateSteps
                + ": the epochs must ascend from 1. Write them as 15,25.");
      }
      last = step;
    }
    momentum = optimizer == Optimizer.SGD ? 0 : momentum;
    rateFactor = rateSteps.isEmpty() ? 1 : rateFactor;
  }

  @Override
  public Map<String, Object> stored() {
    return Map.of(
        "optimizer",
        optimizer.toString(),
        "momentum",
        momentum,
        "learning_rate_steps",
        rateSteps,
        "learning_rate_factor",
        rateFactor);
  }

  /** SGD at a constant rate. */
  public static Descent plain() {
    return new Descent(Optimizer.SGD, 0, List.of(), 1);
  }

  /** The updater of a network with the initial learning rate {@code rate}. */
  IUpdater updater(double rate) {
    if (optimizer == Optimizer.NESTEROV) {
      return new NesterovSgd(momentum, rates(rate));
    }
    return rateSteps.isEmpty() ? new Sgd(rate) : new Sgd(rates(rate));
  }

  private ISchedule rates(double rate) {
    Map<Integer, Double> fromEpoch = new HashMap<>();
    fromEpoch.put(0, rate);
    double falling = rate;
    for (int step : rateSteps) {
      falling *= rateFactor;
      fromEpoch.put(step, falling);
    }
    return new MapSchedule(ScheduleType.EPOCH, fromEpoch);
  }
}
