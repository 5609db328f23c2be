package org.c2fpl.rapids;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.c2fpl.gpu.GpuPlan;
import org.c2fpl.gpu.Rapids;
import org.c2fpl.stages.StagePart;
import org.c2fpl.stages.StagePlans;
import org.c2fpl.testing.PlannedWorkspace;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What Spark-RAPIDS itself says of the stages' queries. Each operator that stays on the CPU is
 * named with its reason: a change that leaves more of them there fails.
 */
class RapidsPlanTest {
  /** Counts rows on the way to the file; some bytes a row get there. */
  private static final String COUNTED = "CollectMetricsExec";

  /** Runs and labels are Java objects, made by RDDs and functions over partitions. */
  private static final List<String> OBJECTS =
      List.of(
          "SerializeFromObjectExec",
          "DeserializeToObjectExec",
          "MapPartitionsExec",
          "ExternalRDDScanExec");

  /** Rows that Spark cached: the plugin reads only what its own serializer has cached. */
  private static final String CACHED = "InMemoryTableScanExec";

  @TempDir static Path folder;
  private static List<StagePlans.Stage> stages;

  @BeforeAll
  static void plan() {
    stages = StagePlans.of(PlannedWorkspace.complete(folder), PlannedWorkspace.method(false));
    stages.forEach(
        stage -> {
          System.out.println(stage.name() + " " + stage.missing());
          stage
              .parts()
              .forEach(
                  part -> {
                    System.out.println("  " + part.what() + " // " + part.note());
                    if (part.query() != null) {
                      Rapids.explain(part.query())
                          .text()
                          .forEach(line -> System.out.println("      " + line));
                    }
                  });
        });
  }

  @Test
  void statsReadsFeaturesAndComputesNormsOnTheGpu() {
    GpuPlan norms = plan("stats", "segment_norms/split=test/batch=0 (the other leaves alike)");
    assertThat(onGpu(norms)).contains("FileSourceScanExec", "ProjectExec");
    assertThat(onCpu(norms)).containsExactly(COUNTED);
  }

  private static GpuPlan plan(String stage, String what) {
    return Rapids.explain(
        stages.stream()
            .filter(each -> each.name().equals(stage))
            .flatMap(each -> each.parts().stream())
            .filter(part -> part.what().equals(what))
            .map(StagePart::query)
            .findFirst()
            .orElseThrow());
  }

  private static List<String> onGpu(GpuPlan plan) {
    return plan.operators().stream().filter(GpuPlan.Line::onGpu).map(GpuPlan.Line::name).toList();
  }

  private static List<String> onCpu(GpuPlan plan) {
    return plan.operators().stream().filter(line -> !line.onGpu()).map(GpuPlan.Line::name).toList();
  }
}
