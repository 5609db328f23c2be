package org.c2fpl.rapids;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.functions;
import org.c2fpl.gpu.GpuPlan;
import org.c2fpl.gpu.Rapids;
import org.c2fpl.pipeline.PlannedQueries;
import org.c2fpl.testing.PlannedWorkspace;
import org.c2fpl.testing.SharedSpark;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * What Spark-RAPIDS itself says of the stages' queries. Each operator that stays on the CPU is
 * named with its reason: a change that leaves more of them there fails.
 */
class RapidsPlanTest {
  /** What stays on the CPU because rows become objects of Java there, one after the other. */
  private static final List<String> OBJECTS =
      List.of("SerializeFromObjectExec", "MapPartitionsExec", "DeserializeToObjectExec");

  /** Rows that Spark cached in its own format; RAPIDS reads only its own, and that is off. */
  private static final String CACHED = "InMemoryTableScanExec";

  private static List<PlannedQueries.OfStage> stages;

  @BeforeAll
  static void plan() {
    stages = PlannedQueries.of(SharedSpark.session(), PlannedWorkspace.method(false), 2);
  }

  @Test
  void statsReadsFeaturesAndComputesNormsOnTheGpu() {
    GpuPlan norms = plan("stats", "segment_norms/split=test/batch=0");
    assertThat(onGpu(norms)).containsExactly("ProjectExec", "FileSourceScanExec");
    assertThat(norms.lines()).as("nothing stays on the CPU").allMatch(GpuPlan.Line::onGpu);
  }

  @Test
  void theExactMomentsOfVideosStayOnTheCpuAndWithThemTheirShuffle() {
    GpuPlan moments = plan("stats", "video_stats/split=test/batch=0");
    assertThat(onGpu(moments)).containsExactly("ProjectExec", "FileSourceScanExec");
    // Partial and final sums: an aggregator in Java, the same bits in any order of rows.
    assertThat(onCpu(moments))
        .containsExactly(
            "ObjectHashAggregateExec", "ShuffleExchangeExec", "ObjectHashAggregateExec");
    assertThat(toBlame(moments)).containsExactly("ScalaAggregator", "ScalaAggregator");
    assertThat(moments.lines())
        .filteredOn(line -> line.name().equals("ShuffleExchangeExec"))
        .extracting(GpuPlan.Line::reason)
        .containsExactly("Columnar exchange without columnar children is inefficient");
  }

  @Test
  void standardisedNormsAreNotPlannedForTheGpu() {
    List<PlannedQueries.Part> parts =
        PlannedQueries.of(SharedSpark.session(), PlannedWorkspace.method(true), 2).get(0).parts();
    assertThat(parts.get(0).what()).isEqualTo("feature_profile");
    assertThat(parts.get(0).query()).isNull();
    assertThat(parts.get(1).note()).contains("only the plain l2 norm has a form for the GPU");
    assertThat(onCpu(Rapids.explain(parts.get(1).query())))
        .as("an RDD over Parquet's own reader")
        .contains("ExternalRDDScanExec");
  }

  @Test
  void coarseSortsVideosOnTheGpu() {
    GpuPlan points =
        plan("coarse", "the points of videos, in one partition and in the order of ids");
    assertThat(onGpu(points)).contains("FileSourceScanExec", "ShuffleExchangeExec", "SortExec");
    assertThat(onCpu(points)).isEmpty();
  }

  @Test
  void fineScansShufflesAndSortsOnTheGpu() {
    GpuPlan numbers = plan("fine", "the numbers of segments");
    assertThat(onGpu(numbers)).containsExactly("ProjectExec", "FileSourceScanExec");
    assertThat(onCpu(numbers)).isEmpty();
    GpuPlan videos = plan("fine", "whole videos, with their coarse labels");
    assertThat(onGpu(videos))
        .startsWith("SortExec", "ShuffleExchangeExec")
        .contains("BroadcastHashJoinExec", "FileSourceScanExec");
    // Runs of segments come from an RDD.
    assertThat(onCpu(videos)).containsExactly("SerializeFromObjectExec", "ExternalRDDScanExec");
  }

  @Test
  void fineLabelsWholeVideosOnTheCpu() {
    GpuPlan labels = plan("fine", "fine_labels");
    assertThat(onGpu(labels)).startsWith("ProjectExec", "GenerateExec");
    assertThat(onCpu(labels)).containsExactlyElementsOf(objectsAnd(CACHED));
  }

  @Test
  void scoreShufflesAndSortsScoresOnTheGpuAndMergesDetectionsOnTheCpu() {
    GpuPlan detections = plan("score", "detections/split=test/batch=0");
    assertThat(onGpu(detections)).contains("FileSourceScanExec", "ShuffleExchangeExec", "SortExec");
    assertThat(onCpu(detections)).containsExactlyElementsOf(OBJECTS);
  }

  @Test
  void evaluateJoinsSumsAndSortsOnTheGpu() {
    GpuPlan videos = plan("evaluate", "scored videos joined with annotated ones");
    assertThat(onGpu(videos))
        .contains("FileSourceScanExec", "ShuffleExchangeExec", "SortMergeJoinExec");
    assertThat(onCpu(videos)).isEmpty();
    GpuPlan ranking = plan("evaluate", "frames by score, in descending order");
    assertThat(onGpu(ranking)).contains("HashAggregateExec", "ShuffleExchangeExec", "SortExec");
    assertThat(onCpu(ranking)).containsExactly(CACHED);
    GpuPlan falseAlarms = plan("evaluate", "false alarms");
    assertThat(onGpu(falseAlarms)).contains("HashAggregateExec");
    assertThat(onCpu(falseAlarms)).containsExactly(CACHED);
  }

  @Test
  void evaluateCountsFramesAndDescribesVideosOnTheCpu() {
    GpuPlan frames = plan("evaluate", "the frames of each score");
    assertThat(onGpu(frames)).contains("BroadcastHashJoinExec", "FileSourceScanExec");
    // Whether a video is anomalous, and the frames of a segment: functions of ranges, in Java.
    assertThat(onCpu(frames)).containsExactly("ProjectExec", "ProjectExec", CACHED);
    assertThat(toBlame(frames)).containsExactly("ScalaUDF", "ScalaUDF");
    // Its shuffle reads what is cached, and RAPIDS moves no rows to the GPU for a shuffle alone.
    assertThat(onCpu(plan("evaluate", "per_video.csv")))
        .containsExactlyElementsOf(objectsAnd("ShuffleExchangeExec", CACHED));
  }

  @Test
  void aQueryThatIsObservedCannotBePlannedWhichIsWhyFilesAreCountedInstead() {
    assertThatThrownBy(
            () ->
                Rapids.explain(
                    SharedSpark.session()
                        .range(3)
                        .observe("rows", functions.count(functions.lit(1)))))
        .hasMessageContaining("aggregation function in an unexpected context");
  }

  private static GpuPlan plan(String stage, String what) {
    return Rapids.explain(
        stages.stream()
            .filter(each -> each.name().equals(stage))
            .flatMap(each -> each.parts().stream())
            .filter(part -> part.what().equals(what))
            .findFirst()
            .orElseThrow()
            .query());
  }

  private static List<String> objectsAnd(String... more) {
    return Stream.concat(OBJECTS.stream(), Stream.of(more)).toList();
  }

  private static List<String> onGpu(GpuPlan plan) {
    return plan.operators().stream().filter(GpuPlan.Line::onGpu).map(GpuPlan.Line::name).toList();
  }

  private static List<String> onCpu(GpuPlan plan) {
    return plan.operators().stream().filter(line -> !line.onGpu()).map(GpuPlan.Line::name).toList();
  }

  /** The expressions that keep operators on the CPU. */
  private static List<String> toBlame(GpuPlan plan) {
    return plan.lines().stream().filter(line -> !line.operator()).map(GpuPlan.Line::name).toList();
  }
}
