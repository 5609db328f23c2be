package org.c2fpl.detector;

import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * The result of a training.
 *
 * @param parameters float32 little-endian, in DL4J's flattened order
 * @param updater the updater's state likewise; empty for plain SGD
 * @param losses one per epoch, from the first; never null
 * @param epochs completed, those of earlier runs included
 * @param stoppedEarly whether the time was up before the last epoch
 * @param segments trained per epoch
 * @param anomalous those labelled 1
 * @param share the mean target
 * @param outputBias the initial bias of the output unit
 * @param estimate of the warm-up; zero if no epoch was left
 * @param took the time of this run's epochs
 * @param trained the number of this run's epochs
 * @param machines the kinds of machines that trained in this run
 */
public record TrainingResult(
    byte[] parameters,
    byte[] updater,
    List<Double> losses,
    int epochs,
    boolean stoppedEarly,
    long segments,
    long anomalous,
    double share,
    double outputBias,
    Duration estimate,
    Duration took,
    int trained,
    Set<Machine> machines) {

  /** Segments trained per second over the epochs of this run; NaN if there were none. */
  public double segmentsPerSecond() {
    return trained == 0 ? Double.NaN : segments * (double) trained / (took.toNanos() / 1e9);
  }
}
