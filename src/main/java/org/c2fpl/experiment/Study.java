package org.c2fpl.experiment;

import java.util.List;
import java.util.SortedMap;

/**
 * Variants of the method that are to be compared.
 *
 * @param name of its folder and its file
 * @param seeds each variant is run with each of them; at least one
 * @param trainSplit the split to learn from
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

  /** The score of a variant that takes the detector's. */
  public static final String DETECTOR = "detector";

  /**
   * One variant.
   *
   * @param options values by long option name without dashes; what is not there is as the options'
   *     defaults have it. {@code preset} stands for the options of a preset
   * @param score whose frame AUC is the variant's: {@link #DETECTOR}, or a yardstick of the
   *     evaluation, with dashes ({@code one-minus-p})
   * @param paper the AUC in percent that the paper gives; null where it gives none
   * @param paperOn the data of that figure; null where there is none
   */
  public record Variant(
      String name, SortedMap<String, String> options, String score, Double paper, String paperOn) {}
}
