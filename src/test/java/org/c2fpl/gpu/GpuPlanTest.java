package org.c2fpl.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import org.c2fpl.gpu.GpuPlan.Line;
import org.junit.jupiter.api.Test;

class GpuPlanTest {

  @Test
  void operatorsKeepTheirOrderAndExpressionsStayOnlyWhereTheyAreToBlame() {
    GpuPlan plan =
        GpuPlan.parse(
            """
            ! <CollectMetricsExec> cannot run on GPU because GPU does not currently support the operator class org.apache.spark.sql.execution.CollectMetricsExec
              @Expression <Alias> count(1) AS rows#7L could run on GPU
              ! <Invoke> x cannot run on GPU because GPU does not currently support the operator class X
              !Exec <ProjectExec> cannot run on GPU because not all expressions can be replaced
                @Expression <Alias> UDF(features#2) AS norm#5 could run on GPU
                  ! <ScalaUDF> UDF(features#2) cannot run on GPU because neither UDF implemented by L provides a GPU implementation
                *Exec <FileSourceScanExec> will run on GPU
              *Exec <SortExec> will run on GPU

            """);
    assertThat(plan.lines())
        .containsExactly(
            new Line(
                0,
                true,
                false,
                "CollectMetricsExec",
                "GPU does not currently support the operator class"
                    + " org.apache.spark.sql.execution.CollectMetricsExec"),
            new Line(1, true, false, "ProjectExec", "not all expressions can be replaced"),
            new Line(
                2,
                false,
                false,
                "ScalaUDF",
                "neither UDF implemented by L provides a GPU implementation"),
            new Line(2, true, true, "FileSourceScanExec", ""),
            new Line(1, true, true, "SortExec", ""));
    assertThat(plan.operators()).hasSize(4);
    assertThat(plan.text())
        .element(2)
        .isEqualTo(
            "CPU      because of ScalaUDF: neither UDF implemented by L provides a GPU"
                + " implementation");
    assertThat(plan.text()).element(4).isEqualTo("GPU    SortExec");
  }
}
