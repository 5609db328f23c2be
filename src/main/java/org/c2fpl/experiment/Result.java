package org.c2fpl.experiment;

import java.util.SortedMap;

/**
 * The outcome of a variant with one seed. Figures are null if unknown.
 *
 * @param options the options that the variant sets, as JSON
 * @param coarseAccuracy share of training videos whose coarse label is right
 * @param finePrecision share of the segments labelled anomalous that are anomalous
 * @param fineRecall share of the anomalous segments that are labelled anomalous
 * @param frameAuc of the variant's score, in [0, 1]
 * @param frameAp of the variant's score, in [0, 1]
 * @param yardsticks frame AUC of the scores that need no training, by name
 * @param wallSeconds total time of the stages, including shared ones
 * @param status {@link #DONE}, or {@code failed:} and why
 */
public record Result(
    String study,
    String variant,
    long seed,
    String options,
    String score,
    Double coarseAccuracy,
    Double finePrecision,
    Double fineRecall,
    Double frameAuc,
    Double frameAp,
    SortedMap<String, Double> yardsticks,
    Double wallSeconds,
    String status) {

  public static final String DONE = "done";

  public boolean done() {
    return status.equals(DONE);
  }
}
