package org.c2fpl.detector;

import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * What a training gave.
 *
 * @param parameters float32 little-endian, in DL4J's flattened order
 * @param updater the updater's state likewise; empty for plain SGD
 * @param losses one an epoch, from the first; null entries never
 * @param epochs completed, those of earlier runs included
 * @param stoppedEarly whether the time was up before the last epoch
 * @param segments trained an epoch
 * @param anomalous those labelled 1
 * @param share the mean target
 * @param outputBias what the output unit's bias started at
 * @param estimate what the warm-up said; zero if nothing was left to train
 * @param took the epochs of this run
 * @param trained epochs of this run
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

  /** Segments trained a second over the epochs of this run; NaN if there were none. */
  public double segmentsPerSecond() {
    return trained == 0 ? Double.NaN : segments * (double) trained / (took.toNanos() / 1e9);
  }
}
