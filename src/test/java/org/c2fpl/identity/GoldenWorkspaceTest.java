package org.c2fpl.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.c2fpl.coarse.CoarseStage;
import org.c2fpl.detector.ModelStore;
import org.c2fpl.detector.TrainingPlan;
import org.c2fpl.endtoend.SmallFootage;
import org.c2fpl.evaluate.EvaluateStage;
import org.c2fpl.fine.FineStage;
import org.c2fpl.method.statistics.NormKind;
import org.c2fpl.score.ScoreStage;
import org.c2fpl.stage.StageContext;
import org.c2fpl.stage.StageRunner;
import org.c2fpl.stats.Statistic;
import org.c2fpl.stats.StatsStage;
import org.c2fpl.testing.Fixtures;
import org.c2fpl.testing.GoldenWorkspace;
import org.c2fpl.train.ThresholdChoice;
import org.c2fpl.train.TrainStage;
import org.c2fpl.workspace.Json;
import org.c2fpl.workspace.Leaf;
import org.c2fpl.workspace.Manifest;
import org.c2fpl.workspace.Table;
import org.c2fpl.workspace.WriteMode;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A workspace as an earlier version wrote it is read for ever. */
class GoldenWorkspaceTest {
  @TempDir Path folder;

  @BeforeEach
  void copy() throws IOException {
    GoldenWorkspace.copy("format-1", folder);
  }

  @Test
  void manifestsHaveTheFingerprintsThatTheyRecord() throws IOException {
    List<Path> manifests = manifests();
    assertThat(manifests).hasSizeGreaterThan(20);
    for (Path file : manifests) {
      JsonNode json = Json.MAPPER.readTree(file.toFile());
      assertThat(Json.MAPPER.treeToValue(json, Manifest.class).fingerprint())
          .as(file.toString())
          .isEqualTo(json.path("fingerprint").asText());
    }
  }

  @Test
  void tablesHaveTheirRows() throws IOException {
    TreeMap<String, List<String>> rows = SmallFootage.rows(folder);
    assertThat(rows)
        .isEqualTo(
            Json.MAPPER.convertValue(
                Json.MAPPER.readTree(GoldenWorkspace.FOLDER.resolve("format-1.rows.json").toFile()),
                TreeMap.class));
    for (Table table : Table.values()) {
      if (!table.schema().isEmpty()) {
        assertThat(rows.keySet()).anyMatch(leaf -> (leaf + "/").startsWith(table.folder() + "/"));
      }
    }
  }

  @Test
  void theModelScoresAsItDid() {
    Map<String, Double> before = scores();
    StageRunner.run(
        Fixtures.context(folder, 0, WriteMode.OVERWRITE),
        new ScoreStage(),
        new ScoreStage.Options(List.of("test"), null));

    Map<String, Double> now = scores();
    assertThat(now).hasSize(28).containsOnlyKeys(before.keySet());
    before.forEach((segment, score) -> assertThat(now.get(segment)).isCloseTo(score, within(1e-6)));
  }

  private Map<String, Double> scores() {
    StageContext context = Fixtures.context(folder);
    Map<String, Double> scores = new TreeMap<>();
    for (Row row :
        context
            .workspace()
            .read(context.spark(), Leaf.of(Table.SEGMENT_SCORES, "test", "0"))
            .collectAsList()) {
      scores.put(row.getAs("video_id") + " " + row.getAs("segment_index"), row.getAs("score"));
    }
    return scores;
  }

  @Test
  void onlyTheModelIsMadeAgainAndNamed() throws IOException {
    Map<String, String> made = made();
    ByteArrayOutputStream printed = new ByteArrayOutputStream();

    StageContext context = Fixtures.context(folder, WriteMode.REFRESH, printed);
    StageRunner.run(
        context,
        new StatsStage(),
        new StatsStage.Options(
            List.of(), true, NormKind.L2, List.of(Statistic.MAHALANOBIS), 6, "train"));
    StageRunner.run(context, new CoarseStage(), new CoarseStage.Options(1, "train"));
    StageRunner.run(context, new FineStage(), new FineStage.Options(0.2, "train"));
    String before = new ModelStore(context.workspace()).requireCurrent();
    TrainStage.Options training = training();
    StageRunner.run(context, new TrainStage(), training);
    StageRunner.run(context, new TrainStage(), training);

    made.keySet().removeIf(file -> file.contains("model/"));
    assertThat(made()).containsAllEntriesOf(made);
    String lines = printed.toString(StandardCharsets.UTF_8);
    assertThat(lines)
        .containsOnlyOnce("again")
        .contains(
            "train     again: "
                + before
                + " was trained by an earlier version of this program, which recorded its options"
                + " differently")
        .contains("is up to date");
  }

  private static TrainStage.Options training() {
    TrainingPlan standard = TrainingPlan.standard(0);
    return new TrainStage.Options(
        "train",
        new TrainingPlan(
            2,
            16,
            1,
            standard.dealEvery(),
            standard.averagingFrequency(),
            standard.learningRate(),
            standard.rule(),
            0,
            standard.master(),
            null),
        ThresholdChoice.auto());
  }

  @Test
  void theEvaluationIsUpToDate() throws IOException {
    Map<String, String> made = made();
    StageRunner.run(
        Fixtures.context(folder, 0, WriteMode.REFRESH),
        new EvaluateStage(),
        new EvaluateStage.Options("test", null, EvaluateStage.MissingScores.FAIL));
    assertThat(made()).isEqualTo(made);
  }

  /** When each result was made. */
  private Map<String, String> made() throws IOException {
    Map<String, String> made = new TreeMap<>();
    for (Path file : manifests()) {
      made.put(
          folder.relativize(file).toString(),
          Json.MAPPER.readTree(file.toFile()).path("ended").asText());
    }
    return made;
  }

  private List<Path> manifests() throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return new ArrayList<>(files.filter(file -> file.endsWith(Manifest.FILE)).sorted().toList());
    }
  }
}
