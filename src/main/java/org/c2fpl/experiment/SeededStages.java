package org.c2fpl.experiment;

import java.util.Map;
import java.util.Set;

/**
 * Which results depend on the seed: the one place that says so. All others are computed once for
 * all seeds.
 */
final class SeededStages {
  /** Values of options that make a stage random. */
  private static final Map<Step, Map<String, Set<String>>> RANDOM =
      Map.of(
          Step.COARSE, Map.of("supervision", Set.of("partial", "random")),
          Step.FINE, Map.of("segment-labels", Set.of("random")));

  private SeededStages() {}

  /**
   * @param options what the variant sets, by option name
   */
  static boolean isSeeded(Step step, Map<String, String> options) {
    // Training is random as a whole; what follows from it carries its seed along.
    return step == Step.TRAIN
        || RANDOM.getOrDefault(step, Map.of()).entrySet().stream()
            .anyMatch(
                option -> option.getValue().contains(options.getOrDefault(option.getKey(), "")));
  }
}
