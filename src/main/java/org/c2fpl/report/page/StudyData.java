package org.c2fpl.report.page;

import java.util.List;
import java.util.Map;

/**
 * What a study's page is made of, and what its script finds. Figures are those of {@code
 * results.csv}, shares in [0, 1]; what is not known is null or not in its map.
 *
 * @param option the numeric option that alone tells the variants apart; null where there is none
 * @param seeds how many seeds every variant is meant to be run with
 * @param metrics those that any run has a figure of, the first being what a reader looks for first
 * @param yardsticks the scores without training that any run has the frame AUC of
 * @param variants in the study's order
 */
public record StudyData(
    String title,
    String description,
    String option,
    int seeds,
    List<Metric> metrics,
    List<Yardstick> yardsticks,
    List<Variant> variants) {

  /** The metric that the paper's figures and the yardsticks are of. */
  public static final String FRAME_AUC = "frame_auc";

  /**
   * A figure of a run.
   *
   * @param key its column of {@code results.csv}
   * @param share whether it is a share, told in percent; otherwise it is seconds
   * @param labels whether it is of the pseudo-labels
   */
  public record Metric(String key, String name, boolean share, boolean labels) {}

  /** A score that needs no training, by its key in {@code results.csv}. */
  public record Yardstick(String key, String name) {}

  /**
   * A variant with its runs.
   *
   * @param value of the study's {@link #option}; null where it has none
   * @param score {@code detector}, or the yardstick that its figures are of
   * @param paper the paper's frame AUC in percent; null where there is none
   * @param paperOn the data of that figure
   * @param options what it sets
   * @param estimates by metric, over the runs that are done
   * @param yardsticks mean frame AUC by yardstick
   */
  public record Variant(
      String name,
      Double value,
      String score,
      Double paper,
      String paperOn,
      Map<String, String> options,
      List<Run> runs,
      Map<String, Estimate> estimates,
      Map<String, Double> yardsticks) {}

  /**
   * A variant with one seed.
   *
   * @param figures by metric
   * @param failure why there are none; null where the run is done
   */
  public record Run(long seed, Map<String, Double> figures, String failure) {}

  /**
   * The mean over seeds.
   *
   * @param low of the mean's 95 % t interval; null below three seeds, and for seconds
   * @param high of that interval
   */
  public record Estimate(int seeds, double mean, Double low, Double high) {}
}
