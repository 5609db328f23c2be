package org.c2fpl.experiment;

import java.util.SortedMap;

/**
 * The outcome of a variant with one seed. Figures are null where they are not known.
 *
 * @param options what the variant sets, as JSON
 * @param coarseAccuracy share of training videos whose coarse label is right
 * @param finePrecision share of segments labelled anomalous that are
 * @param fineRecall share of anomalous segments that are labelled so
 * @param frameAuc of the variant's score, in [0, 1]
 * @param frameAp of the variant's score, in [0, 1]
 * @param yardsticks frame AUC of the scores that need no training, by name
 * @param wallSeconds sum of what the stages took, those that other runs share included
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
