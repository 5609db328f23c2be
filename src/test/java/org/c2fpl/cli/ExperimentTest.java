package org.c2fpl.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.c2fpl.coarse.CoarseStage;
import org.c2fpl.errors.DataException;
import org.c2fpl.evaluate.EvaluateStage;
import org.c2fpl.experiment.Experiment;
import org.c2fpl.experiment.Result;
import org.c2fpl.experiment.ResultsCsv;
import org.c2fpl.experiment.StudyFile;
import org.c2fpl.fine.FineStage;
import org.c2fpl.pipeline.Pipeline;
import org.c2fpl.score.ScoreStage;
import org.c2fpl.stage.StageContext;
import org.c2fpl.stage.StageRunner;
import org.c2fpl.stats.StatsStage;
import org.c2fpl.testing.Fixtures;
import org.c2fpl.train.TrainStage;
import org.c2fpl.workspace.Json;
import org.c2fpl.workspace.Leaf;
import org.c2fpl.workspace.Table;
import org.c2fpl.workspace.WriteMode;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Studies from their text to their results, on a small workspace. */
class ExperimentTest {
  private static final String STUDY =
      """
      name: small
      seeds: [4, 5]
      base: {epochs: 1}
      variants:
        - name: wide
          set: {beta: 0.4}
        - name: narrow
        - name: without detector
          score: one-minus-p
      """;

  @TempDir Path folder;
  private StageContext context;

  @BeforeEach
  void ingest() {
    context = Fixtures.context(folder, 0, WriteMode.REFRESH);
    List<Row> annotations = new ArrayList<>();
    footage("train", 1, annotations);
    footage("test", 2, annotations);
    Fixtures.put(context, Leaf.of(Table.ANNOTATIONS), annotations);
  }

  @Test
  void sharesWhatVariantsHaveInCommonAndEqualsRunsByThemselves() throws IOException {
    run(STUDY);

    TreeMap<String, Integer> folders = new TreeMap<>();
    try (Stream<Path> steps = Files.list(folder.resolve("experiment/stages"))) {
      steps.forEach(
          step ->
              folders.merge(
                  step.getFileName().toString().replaceFirst("-[0-9a-f]{16}$", ""),
                  1,
                  Integer::sum));
    }
    assertThat(folders)
        .containsExactlyInAnyOrderEntriesOf(
            new TreeMap<>(
                java.util.Map.of(
                    "stats", 1, "coarse", 1, "fine", 2, "train", 4, "score", 4, "evaluate", 4)));
    assertThat(context.workspace().leaves(Table.COARSE_LABELS)).isEmpty();
    List<Result> results = results("experiment/small/results.csv");
    assertThat(results)
        .extracting(result -> result.variant() + " " + result.seed() + " " + result.status())
        .containsExactly(
            "wide 4 done",
            "wide 5 done",
            "narrow 4 done",
            "narrow 5 done",
            "without detector 4 done",
            "without detector 5 done");
    assertThat(results.get(0).options()).isEqualTo("{\"beta\":\"0.4\",\"epochs\":\"1\"}");
    assertThat(results).allMatch(result -> result.wallSeconds() > 0);
    assertThat(results("experiment/results.csv")).isEqualTo(results);
    assertThat(
            context
                .spark()
                .read()
                .parquet(folder.resolve("experiment/results.parquet").toString())
                .collectAsList())
        .extracting(row -> row.<Double>getAs("frame_auc"))
        .containsExactlyElementsOf(results.stream().map(Result::frameAuc).toList());

    String page = Files.readString(folder.resolve("experiment/small/index.html"));
    assertThat(page).contains("\"frame_auc\":" + results.get(0).frameAuc());
    assertThat(page).contains("\"wall_seconds\":" + results.get(3).wallSeconds());
    assertThat(Files.readString(folder.resolve("experiment/index.html")))
        .contains("./small/index.html");

    JsonNode alone = byItself(5);
    Result narrow = results.get(3);
    assertThat(narrow.frameAuc()).isEqualTo(alone.path("frame_auc").doubleValue());
    assertThat(narrow.frameAp()).isEqualTo(alone.path("frame_ap").doubleValue());
    double oneMinusP = alone.path("yardsticks").path("one_minus_p").path("frame_auc").doubleValue();
    assertThat(narrow.yardsticks()).containsEntry("one_minus_p", oneMinusP);
    assertThat(results.get(5).frameAuc()).isEqualTo(oneMinusP);
  }

  @Test
  void keepsWhatIsDoneAndGoesOnPastFailures() throws IOException {
    String broken =
        """
        name: small
        seeds: [4]
        base: {epochs: 1}
        variants:
          - {name: good}
          - {name: bad, score: wishes}
        """;
    assertThatThrownBy(() -> run(broken))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith("Cannot finish study 'small': 1 of 2 runs failed, the first: ")
        .hasMessageContaining("Cannot use the score 'wishes'");
    List<Result> first = results("experiment/small/results.csv");
    assertThat(first.get(0).done()).isTrue();
    assertThat(first.get(1).status()).startsWith("failed: Cannot use the score 'wishes'");
    assertThat(Files.readString(folder.resolve("experiment/small/results.md")))
        .contains("| good | 1 | ")
        .contains("`bad`, seed 4: failed: ");
    Set<String> made = made();

    run(broken.replace("wishes", "norm"));
    List<Result> second = results("experiment/small/results.csv");
    assertThat(second.get(0)).as("to the time it took").isEqualTo(first.get(0));
    assertThat(second.get(1).done()).isTrue();
    assertThat(made()).as("nothing was made again").isEqualTo(made);

    run(broken.replace("wishes", "norm").replace("[4]", "[4, 6]"), "bad");
    assertThat(results("experiment/small/results.csv"))
        .extracting(result -> result.variant() + " " + result.seed())
        .as("unselected results are kept, not computed")
        .containsExactly("good 4", "bad 4", "bad 6");
  }

  private void run(String study, String... only) {
    StudyFile file = StudyFile.parse(study, "study");
    new Experiment(context, file, 2).run(ExperimentCommand.runs(file, List.of(only), List.of()));
  }

  /** The evaluation of the study's second variant, computed in the workspace itself. */
  private JsonNode byItself(long seed) throws IOException {
    StudyFile file = StudyFile.parse(STUDY, "study");
    Pipeline.Method method =
        ExperimentCommand.runs(file, List.of(), List.of()).stream()
            .filter(run -> run.variant().name().equals("narrow") && run.seed() == seed)
            .findFirst()
            .orElseThrow()
            .method();
    StageContext alone = Fixtures.context(folder, seed, WriteMode.ERROR);
    StageRunner.run(alone, new StatsStage(), method.stats());
    StageRunner.run(alone, new CoarseStage(), method.coarse());
    StageRunner.run(alone, new FineStage(), method.fine());
    StageRunner.run(alone, new TrainStage(), method.training());
    StageRunner.run(alone, new ScoreStage(), method.score());
    StageRunner.run(alone, new EvaluateStage(), method.evaluate());
    return Json.MAPPER.readTree(folder.resolve("evaluation/metrics.json").toFile());
  }

  private List<Result> results(String file) throws IOException {
    return ResultsCsv.read(Files.readString(folder.resolve(file)), file);
  }

  /** Every manifest of the study's stages with the time it was written. */
  private Set<String> made() throws IOException {
    try (Stream<Path> files = Files.walk(folder.resolve("experiment/stages"))) {
      Set<String> made = new java.util.TreeSet<>();
      for (Path file : files.filter(path -> path.endsWith("_manifest.json")).toList()) {
        made.add(file + " " + Json.MAPPER.readTree(file.toFile()).path("ended").asText());
      }
      return made;
    }
  }

  /** Twelve videos of ten segments; every third has a loud event. */
  private void footage(String split, long seed, List<Row> annotations) {
    Random random = new Random(seed);
    List<Row> segments = new ArrayList<>();
    List<Row> videos = new ArrayList<>();
    for (int v = 0; v < 12; v++) {
      String id = split + v;
      boolean anomalous = v % 3 == 0;
      videos.add(RowFactory.create(id, null, null, null, null));
      annotations.add(
          RowFactory.create(
              id,
              split,
              anomalous ? 1 : 0,
              160L,
              null,
              anomalous ? List.of(RowFactory.create(48L, 96L)) : List.of()));
      for (int s = 0; s < 10; s++) {
        float[] values = new float[4];
        for (int i = 0; i < values.length; i++) {
          boolean event = anomalous && s >= 3 && s < 6;
          values[i] = (float) (1 + random.nextGaussian() * 0.3 + (event ? 2 : 0));
        }
        segments.add(RowFactory.create(id, s, Fixtures.bytes(values)));
      }
    }
    Leaf leaf = Leaf.of(Table.SEGMENTS, split, "0");
    Fixtures.put(
        context,
        leaf,
        segments,
        2,
        details -> details.put("crops", 1).put("dim", 4).put("frames_per_segment", 16));
    Fixtures.put(context, leaf.in(Table.VIDEOS), videos);
  }
}
