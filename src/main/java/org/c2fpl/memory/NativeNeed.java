package org.c2fpl.memory;

import org.c2fpl.detector.DetectorArchitecture;
import org.c2fpl.detector.TrainingPlan;
import org.c2fpl.stage.StageContext;

/** The memory that the detector's stages need outside the heap, checked before they start. */
public final class NativeNeed {
  private NativeNeed() {}

  public static MemoryNeed training(DetectorArchitecture architecture, TrainingPlan plan) {
    return MemoryNeed.training(
        network(architecture), plan.batch(), plan.workers(), plan.descent().momentum() > 0);
  }

  public static MemoryNeed scoring(DetectorArchitecture architecture) {
    return MemoryNeed.scoring(network(architecture));
  }

  /** Refuses a stage that does not fit. */
  public static void check(StageContext context, MemoryNeed need) {
    MemoryPreflight.check(context.spark().sparkContext().getConf(), need, context.events()::warned);
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
