package org.c2fpl.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.c2fpl.memory.ContainerLimit;
import org.c2fpl.memory.MemoryBudget;
import org.c2fpl.testing.SharedSpark;
import org.junit.jupiter.api.Test;

/** What is made of what processes tell; that executors are reached is tested on a cluster. */
class ExecutorSurveyTest {
  private static final Examination FIT =
      new Examination(
          "3",
          "h",
          "17.0.1",
          17,
          "1",
          "CpuBackend",
          null,
          memory(1L << 30),
          "/tmp",
          5_000_000_000L);

  @Test
  void aClockIsOffByWhatCannotBeTheJobsTime() {
    assertThat(new ExecutorSurvey.Clock(100, 150, 200).ahead()).isZero();
    assertThat(new ExecutorSurvey.Clock(100, 205, 200).ahead()).isEqualTo(5);
    assertThat(new ExecutorSurvey.Clock(100, 93, 200).ahead()).isEqualTo(-7);
  }

  @Test
  void aFindingIsAsBadAsTheWorstOfIt() {
    Finding good = FIT.finding("executor 3 on h", 0);
    assertThat(good.severity()).isEqualTo(Finding.Severity.OK);
    assertThat(good.line())
        .isEqualTo(
            "ok       executor 3 on h: Java 17.0.1, CpuBackend, OMP_NUM_THREADS 1, it has a heap of"
                + " 1g and 1g for ND4J outside it, of 4g in total (its container), 5.0 GB free in"
                + " /tmp, clock as the driver's");
    assertThat(FIT.finding("x", -3_500).line())
        .startsWith("warning")
        .contains("clock 3.5 s behind the driver's. Set its clock by NTP");
    Examination bad =
        new Examination(
            "3",
            "h",
            "11",
            11,
            "4",
            "none",
            "natives do not load (x)",
            memory(8L << 30),
            "/tmp",
            1_000);
    assertThat(bad.finding("x", 0).line())
        .startsWith("FAILED ")
        .contains("natives do not load (x)")
        .contains("Set OMP_NUM_THREADS=1")
        .contains("Free some disk")
        .contains("Set -Dorg.bytedeco.javacpp.maxbytes to at most 2816m")
        .contains("Set JAVA_HOME to a JDK 17");
  }

  @Test
  void theEmbeddedRunIsOneProcess() {
    List<Finding> findings = new ExecutorSurvey(SharedSpark.session().sparkContext()).findings();
    assertThat(findings).hasSize(1);
    assertThat(findings.get(0).line()).contains("this process: Java 17").contains("CpuBackend");
  }

  private static MemoryBudget memory(long offHeap) {
    return new MemoryBudget(
        "it", 1L << 30, offHeap, new ContainerLimit(4L << 30, true, "its container"), 1);
  }
}
