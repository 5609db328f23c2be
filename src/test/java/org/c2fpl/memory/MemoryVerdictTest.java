package org.c2fpl.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.SparkConf;
import org.c2fpl.errors.DataException;
import org.c2fpl.memory.MemoryVerdict.Fit;
import org.c2fpl.memory.MemoryVerdict.Role;
import org.junit.jupiter.api.Test;

/** The sums, at their borders. */
class MemoryVerdictTest {
  private static final long MIB = 1L << 20;
  private static final long GIB = 1L << 30;

  /** The paper's detector. */
  private static final MemoryNeed.Network PAPER =
      new MemoryNeed.Network(2_131_041, 2 * 544, 10, 2048);

  @Test
  void needsAreSumsOfArrays() {
    // Parameters and gradient; 1,280 rows of features and of activations and errors.
    assertThat(MemoryNeed.training(PAPER, 128, 2, false))
        .isEqualTo(
            new MemoryNeed(
                "train",
                2 * 2 * 2_131_041L * 4,
                2 * 2_131_041L * 4 + 1280L * (2048 + 2 * 1088) * 4,
                2));
    assertThat(MemoryNeed.training(PAPER, 128, 2, true).taskOffHeap())
        .isEqualTo(3 * 2_131_041L * 4 + 1280L * (2048 + 2 * 1088) * 4);
    // 102 segments of 10 crops are 1,020 of at most 1,024 crops.
    assertThat(MemoryNeed.scoring(PAPER).taskOffHeap())
        .isEqualTo(2_131_041L * 4 + 1020L * (2048 + 1088) * 4);
    // One segment of more than 16 MiB is a batch.
    assertThat(MemoryNeed.scoring(new MemoryNeed.Network(10, 5, 3, 2_000_000)).taskOffHeap())
        .isEqualTo(10 * 4 + 3 * (2_000_000L + 5) * 4);
  }

  @Test
  void tasksShareAProcess() {
    MemoryNeed need = new MemoryNeed("train", 0, 100 * MIB, 3);
    assertThat(need.offHeap(1)).isEqualTo(100 * MIB);
    assertThat(need.offHeap(8)).isEqualTo(300 * MIB);
    assertThat(need.offHeap(0)).isEqualTo(100 * MIB);
  }

  @Test
  void bordersOfAContainer() {
    // 1 GiB of heap, 100 MiB that are needed, 256 MiB of the JVM's: 1,380 MiB.
    assertThat(fit(100 * MIB, 100 * MIB, 1380 * MIB)).isEqualTo(Fit.FITS);
    assertThat(fit(100 * MIB, 100 * MIB, 1380 * MIB - 1)).isEqualTo(Fit.IMPOSSIBLE);
    // ND4J may take 200 MiB: 1,480 MiB.
    assertThat(fit(100 * MIB, 200 * MIB, 1480 * MIB)).isEqualTo(Fit.FITS);
    assertThat(fit(100 * MIB, 200 * MIB, 1480 * MIB - 1)).isEqualTo(Fit.TIGHT);
    assertThat(fit(200 * MIB + 1, 200 * MIB, 8 * GIB)).isEqualTo(Fit.IMPOSSIBLE);
    assertThat(fit(200 * MIB, Long.MAX_VALUE, 8 * GIB)).isEqualTo(Fit.TIGHT);
  }

  @Test
  void aMachineSwapsWhereAContainerKills() {
    ContainerLimit machine = new ContainerLimit(GIB, false, "the machine's memory");
    MemoryBudget budget = new MemoryBudget("the driver", GIB, GIB, machine, 1);
    assertThat(MemoryVerdict.of(new MemoryNeed("score", 0, 1, 1), budget, Role.DRIVER).fit())
        .isEqualTo(Fit.TIGHT);
    assertThat(MemoryVerdict.of(MemoryNeed.none(), budget, Role.DRIVER).fit()).isEqualTo(Fit.FITS);
  }

  @Test
  void theDriversHeapHoldsTheStates() {
    MemoryNeed need = new MemoryNeed("train", 2 * GIB, 0, 1);
    MemoryBudget budget = budget(GIB, 64 * GIB);
    assertThat(MemoryVerdict.of(need, budget, Role.DRIVER).toDo()).contains("fewer --workers");
    assertThat(MemoryVerdict.of(need, budget, Role.EXECUTOR).fit()).isEqualTo(Fit.FITS);
  }

  /** 2,560 dimensions: a matrix of 26 MB, ten folds. */
  @Test
  void gaussiansOfManyDimensionsNeedHeap() {
    long matrix = 4L * 2560 * 2561;
    MemoryNeed need = MemoryNeed.gaussians(matrix, 10);
    assertThat(need.heap(Role.DRIVER, 8)).isEqualTo(35 * matrix);
    assertThat(need.heap(Role.EXECUTOR, 4)).isEqualTo((22 + 40) * matrix);
    assertThat(need.heap(Role.LOCAL, 1)).isEqualTo(35 * matrix);
    assertThat(need.heap(Role.LOCAL, 2)).isEqualTo(42 * matrix);
    assertThat(MemoryVerdict.of(need, budget(GIB, 64 * GIB), Role.LOCAL).fit()).isEqualTo(Fit.FITS);
    MemoryVerdict verdict =
        MemoryVerdict.of(
            MemoryNeed.gaussians(4L * 8192 * 8193, 2), budget(GIB, 64 * GIB), Role.DRIVER);
    assertThat(verdict.fit()).isEqualTo(Fit.IMPOSSIBLE);
    assertThat(verdict.found()).endsWith("the fit of mahalanobis holds 2817m on the heap");
    assertThat(verdict.toDo()).contains("C2FPL_DRIVER_MEMORY", "fewer dimensions");
  }

  @Test
  void anExecutorsSizesStandInTheSettings() {
    SparkConf conf = new SparkConf(false).set("spark.master", "yarn");
    assertThat(MemoryPreflight.executor(conf))
        .isEqualTo(
            new MemoryBudget(
                "an executor",
                GIB,
                GIB,
                new ContainerLimit(
                    GIB + 384 * MIB, true, "spark.executor.memory and memoryOverhead"),
                1));
    conf.set("spark.executor.memory", "10g")
        .set("spark.executor.memoryOverheadFactor", "0.2")
        .set("spark.executor.cores", "4")
        .set("spark.task.cpus", "2")
        .set("spark.executor.extraJavaOptions", "-Dx=1 -Dorg.bytedeco.javacpp.maxbytes=3G -Dy=2");
    assertThat(MemoryPreflight.executor(conf).container().bytes()).isEqualTo(12 * GIB);
    assertThat(MemoryPreflight.executor(conf).offHeap()).isEqualTo(3 * GIB);
    assertThat(MemoryPreflight.executor(conf).slots()).isEqualTo(2);
    conf.set("spark.executor.memoryOverhead", "512");
    assertThat(MemoryPreflight.executor(conf).container().bytes()).isEqualTo(10 * GIB + 512 * MIB);
    conf.set("spark.master", "spark://h:7077");
    assertThat(MemoryPreflight.executor(conf).container().hard()).isFalse();
  }

  @Test
  void tasksOfTheDriversProcess() {
    assertThat(MemoryPreflight.driverSlots("local")).isEqualTo(1);
    assertThat(MemoryPreflight.driverSlots("local[7]")).isEqualTo(7);
    assertThat(MemoryPreflight.driverSlots("local[7,3]")).isEqualTo(7);
    assertThat(MemoryPreflight.driverSlots("local[*]"))
        .isEqualTo(Runtime.getRuntime().availableProcessors());
    assertThat(MemoryPreflight.driverSlots("yarn")).isEqualTo(1);
  }

  @Test
  void aStageThatCannotFitIsRefusedBeforeItStarts() {
    SparkConf conf =
        new SparkConf(false)
            .set("spark.master", "yarn")
            .set("spark.executor.memory", "4g")
            .set("spark.executor.extraJavaOptions", "-Dorg.bytedeco.javacpp.maxbytes=16m");
    List<String> warnings = new ArrayList<>();
    MemoryNeed need = new MemoryNeed("train", 0, 20 * MIB, 1);
    assertThatThrownBy(() -> MemoryPreflight.check(conf, need, warnings::add))
        .isInstanceOf(DataException.class)
        .hasMessage(
            "Cannot start train: an executor has a heap of 4g and 16m for ND4J outside it, of 4506m"
                + " in total (spark.executor.memory and memoryOverhead); 20m are needed outside it."
                + " Raise -Dorg.bytedeco.javacpp.maxbytes, or run fewer tasks per process.");
    conf.set("spark.executor.extraJavaOptions", "-Dorg.bytedeco.javacpp.maxbytes=2g");
    MemoryPreflight.check(conf, need, warnings::add);
    assertThat(warnings).anyMatch(warning -> warning.contains("it can grow to 6400m"));
  }

  private static Fit fit(long need, long offHeap, long container) {
    return MemoryVerdict.of(
            new MemoryNeed("train", 0, need, 1), budget(offHeap, container), Role.EXECUTOR)
        .fit();
  }

  private static MemoryBudget budget(long offHeap, long container) {
    return new MemoryBudget(
        "an executor", GIB, offHeap, new ContainerLimit(container, true, "its container"), 1);
  }
}
