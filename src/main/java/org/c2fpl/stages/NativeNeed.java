package org.c2fpl.stages;

import org.c2fpl.detector.DetectorArchitecture;
import org.c2fpl.detector.TrainingPlan;
import org.c2fpl.memory.MemoryNeed;
import org.c2fpl.memory.MemoryPreflight;

/** What the detector's stages need outside the heap, asked for before they start. */
final class NativeNeed {
  private NativeNeed() {}

  static MemoryNeed training(DetectorArchitecture architecture, TrainingPlan plan) {
    return MemoryNeed.training(
        network(architecture), plan.batch(), plan.workers(), plan.descent().momentum() > 0);
  }

  static MemoryNeed scoring(DetectorArchitecture architecture) {
    return MemoryNeed.scoring(network(architecture));
  }

  /** Refuses what cannot fit. */
  static void check(StageContext context, MemoryNeed need) {
    MemoryPreflight.check(
        context.spark().sparkContext().getConf(), need, context.console()::warning);
  }

  private static MemoryNeed.Network network(DetectorArchitecture architecture) {
    long units = architecture.hidden().stream().mapToLong(Integer::longValue).sum();
    return new MemoryNeed.Network(
        architecture.parameterCount(),
        architecture.attention() ? 2 * units : units,
        architecture.crops(),
        architecture.dim());
  }
}
