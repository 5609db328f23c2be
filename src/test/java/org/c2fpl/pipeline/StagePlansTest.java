package org.c2fpl.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.c2fpl.errors.DataException;
import org.c2fpl.gpu.SparkOperators;
import org.c2fpl.stage.StageContext;
import org.c2fpl.stage.StagePart;
import org.c2fpl.stats.StatsStage;
import org.c2fpl.testing.Fixtures;
import org.c2fpl.testing.PlannedWorkspace;
import org.c2fpl.workspace.Leaf;
import org.c2fpl.workspace.Table;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StagePlansTest {
  @TempDir Path folder;

  @Test
  void withFootageAloneStatsIsPlannedAndTheOthersNameWhatTheyLack() throws IOException {
    StageContext context = PlannedWorkspace.ingested(folder);
    TreeSet<String> before = files();

    List<StagePlans.Stage> stages = StagePlans.of(context, PlannedWorkspace.method(false));

    assertThat(stages)
        .extracting(StagePlans.Stage::name)
        .containsExactly("stats", "coarse", "fine", "train", "score", "evaluate");
    assertThat(stages.get(0).missing()).isNull();
    assertThat(stages.get(0).parts()).hasSize(2);
    assertThat(stages.get(1).missing()).contains("video_stats/split=train", "c2fpl stats");
    assertThat(stages.get(2).missing()).contains("segment_norms/split=train", "c2fpl stats");
    assertThat(stages.get(3).missing()).contains("fine_labels", "c2fpl fine");
    assertThat(stages.get(4).parts().get(1).note()).contains("Run 'c2fpl score' first");
    assertThat(stages.get(5).missing()).contains("segment_scores/split=test", "c2fpl score");
    assertThat(files()).isEqualTo(before);
  }

  @Test
  void aCompleteWorkspaceShowsEveryStageAndComputesAndKeepsNothing() throws IOException {
    StageContext context = PlannedWorkspace.complete(folder);
    TreeSet<String> before = files();
    int persisted = context.spark().sparkContext().getPersistentRDDs().size();

    List<StagePlans.Stage> stages = StagePlans.of(context, PlannedWorkspace.method(true));

    assertThat(stages).allSatisfy(stage -> assertThat(stage.missing()).isNull());
    assertThat(operators(stages, "fine", "whole videos, with their coarse labels"))
        .anyMatch(operator -> operator.strip().equals("Exchange"))
        .anyMatch(operator -> operator.strip().equals("Sort"));
    assertThat(operators(stages, "fine", "fine_labels"))
        .as("labels are made of what is cached")
        .anyMatch(operator -> operator.contains("InMemoryTableScan"));
    assertThat(operators(stages, "evaluate", "frames by score, in descending order"))
        .anyMatch(operator -> operator.contains("InMemoryTableScan"))
        .first()
        .asString()
        .contains("Sort");
    assertThat(files()).isEqualTo(before);
    assertThat(context.spark().sparkContext().getPersistentRDDs().size()).isEqualTo(persisted);
    assertThat(
            context
                .spark()
                .sharedState()
                .cacheManager()
                .lookupCachedData(part(stages, "fine", "whole videos, with their coarse labels"))
                .isEmpty())
        .isTrue();
  }

  @Test
  void thePlannedNormsAreThoseThatStatsWrites() {
    StageContext context = PlannedWorkspace.ingested(folder);
    StagePart norms = StagePlans.of(context, PlannedWorkspace.method(false)).get(0).parts().get(0);
    List<String> planned =
        norms.query().collectAsList().stream()
            .map(row -> row.toString().replaceAll("[\\[\\]]", "").replace(',', ' ') + " ")
            .sorted()
            .toList();
    StatsStage.run(context, PlannedWorkspace.method(false).stats());
    assertThat(planned)
        .isEqualTo(Fixtures.rows(context, Leaf.of(Table.SEGMENT_NORMS, "test", "0")));
  }

  @Test
  void aWorkspaceWithoutFootageIsNamed() {
    StageContext context = Fixtures.context(folder);
    assertThatThrownBy(() -> StagePlans.of(context, PlannedWorkspace.method(false)))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("it has no segments. Run 'c2fpl ingest' first.");
  }

  private static List<String> operators(List<StagePlans.Stage> stages, String stage, String what) {
    return SparkOperators.of(part(stages, stage, what));
  }

  private static org.apache.spark.sql.Dataset<?> part(
      List<StagePlans.Stage> stages, String stage, String what) {
    return stages.stream()
        .filter(each -> each.name().equals(stage))
        .flatMap(each -> each.parts().stream())
        .filter(part -> part.what().equals(what))
        .findFirst()
        .orElseThrow()
        .query();
  }

  private TreeSet<String> files() throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return new TreeSet<>(all.map(Path::toString).toList());
    }
  }
}
