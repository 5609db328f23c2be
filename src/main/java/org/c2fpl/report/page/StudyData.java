package org.c2fpl.report.page;

import java.util.List;
import java.util.Map;

/**
 * The data of a study's page and its script. Figures are those of {@code results.csv}, shares in
 * [0, 1]; unknown ones are null or missing in their map.
 *
 * @param option the only numeric option in which the variants differ; null if there is none
 * @param seeds number of seeds planned for every variant
 * @param metrics those for which any run has a figure, the most important first
 * @param yardsticks the scores without training for which any run has a frame AUC
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

  /** The metric of the paper's figures and of the yardsticks. */
  public static final String FRAME_AUC = "frame_auc";

  /**
   * A figure of a run.
   *
   * @param key its column of {@code results.csv}
   * @param share whether it is a share, shown in percent; otherwise it is in seconds
   * @param labels whether it measures the pseudo-labels
   */
  public record Metric(String key, String name, boolean share, boolean labels) {}

  /** A score that needs no training, by its key in {@code results.csv}. */
  public record Yardstick(String key, String name) {}

  /**
   * A variant with its runs.
   *
   * @param value of the study's {@link #option}; null if it has none
   * @param score {@code detector}, or the yardstick of its figures
   * @param paper the paper's frame AUC in percent; null if there is none
   * @param paperOn the data of that figure
   * @param options the options that it sets
   * @param estimates by metric, over the finished runs
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
   * @param failure why there are none; null if the run is done
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
