package org.c2fpl.experiment;

import java.util.List;
import java.util.SortedMap;

/**
 * Variants of the method to compare.
 *
 * @param name of its folder and its file
 * @param seeds each variant is run with each of them; at least one
 * @param trainSplit the training split
 * @param testSplit the split to score and evaluate
 */
public record Study(
    String name,
    String title,
    String description,
    List<Long> seeds,
    String trainSplit,
    String testSplit,
    List<Variant> variants) {

  /** The name of the detector's score. */
  public static final String DETECTOR = "detector";

  /**
   * One variant.
   *
   * @param options values by long option name without dashes; missing options have their defaults.
   *     {@code preset} means the options of a preset
   * @param score the score whose frame AUC is the variant's: {@link #DETECTOR}, or a yardstick of
   *     the evaluation, with dashes ({@code one-minus-p})
   * @param paper the AUC in percent in the paper; null if it has none
   * @param paperOn the data of that figure; null without one
   */
  public record Variant(
      String name, SortedMap<String, String> options, String score, Double paper, String paperOn) {}
}
