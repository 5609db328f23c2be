package org.c2fpl.upkeep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.c2fpl.cli.Console;
import org.c2fpl.detector.ModelStore;
import org.c2fpl.detector.TrainingPlan;
import org.c2fpl.errors.DataException;
import org.c2fpl.ingest.FeatureFormat;
import org.c2fpl.ingest.IngestOptions;
import org.c2fpl.ingest.IngestStage;
import org.c2fpl.score.ScoreStage;
import org.c2fpl.stage.StageContext;
import org.c2fpl.stage.StageRunner;
import org.c2fpl.stats.StatsStage;
import org.c2fpl.testing.Fixtures;
import org.c2fpl.train.ThresholdChoice;
import org.c2fpl.train.TrainStage;
import org.c2fpl.workspace.Leaf;
import org.c2fpl.workspace.Manifest;
import org.c2fpl.workspace.Table;
import org.c2fpl.workspace.WriteMode;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Lineage, garbage collection, and later footage. */
class LookingAfterTest {
  @TempDir static Path shared;
  private static PreparedRun prepared;

  @TempDir Path folder;
  private Path workspace;
  private StageContext context;
  private ModelStore models;

  @BeforeAll
  static void prepare() throws IOException {
    prepared = new PreparedRun(shared);
  }

  @BeforeEach
  void copy() {
    workspace = prepared.copy(folder.resolve("w"));
    context = PreparedRun.context(workspace);
    models = new ModelStore(context.workspace());
  }

  @Test
  void aDetectionLeadsBackToModelParametersAndFiles() {
    Leaf leaf = Leaf.of(Table.DETECTIONS, "test", "0");
    var row = context.workspace().read(context.spark(), leaf).orderBy("video_id").first();
    String video = row.getAs("video_id");
    long frame = row.<Long>getAs("end_frame") - 1;

    ArrayNode nodes = new Lineage(context).detection(video, frame);

    assertThat(nodes).hasSize(1);
    JsonNode detection = nodes.get(0);
    assertThat(detection.path("start_frame").asLong()).isEqualTo(row.<Long>getAs("start_frame"));
    JsonNode scores = detection.path("from").get(0);
    assertThat(scores.path("name").asText()).isEqualTo("detections/split=test/batch=0");
    JsonNode model = from(scores, "model");
    assertThat(model.path("name").asText()).isEqualTo(row.<String>getAs("model"));
    assertThat(model.path("in_use").asBoolean()).isTrue();
    assertThat(model.path("parameter_hash").asText())
        .isEqualTo(models.parameterHash(models.requireCurrent()));
    assertThat(model.path("parameters").path("plan").path("epochs").asInt()).isEqualTo(2);
    JsonNode labels = from(model, "fine_labels");
    JsonNode coarse = from(labels, "coarse_labels");
    JsonNode stats = from(coarse, "video_stats/split=train/batch=0");
    assertThat(from(stats, "feature_profile").path("seen").asBoolean()).isTrue();
    assertThat(from(model, "feature_profile").path("command").asText()).isEqualTo("stats");
    String text = Lineage.text(nodes);
    assertThat(text)
        .startsWith("detection " + video)
        .contains("\n  table detections/split=test/batch=0: command score")
        .contains("\n    model " + model.path("name").asText())
        .contains("files files: fingerprint ")
        .contains("see above");
  }

  @Test
  void whatWasMadeAnewSinceIsToldApart() throws IOException {
    String video = prepared.videos("train").get(0);
    assertThat(Lineage.text(new Lineage(context).video(video)))
        .contains("pseudo-label " + video)
        .contains("video " + video + ": source ")
        .doesNotContain("made again since");
    StageRunner.run(
        Fixtures.context(workspace, 0, WriteMode.OVERWRITE),
        new StatsStage(),
        new StatsStage.Options(List.of(), false, "train"));
    assertThat(Lineage.text(new Lineage(context).results()))
        .contains("video_stats/split=train/batch=0: made again since");
    Forgetting.run(context, List.of(prepared.videos("test").get(0)));
    assertThat(new Lineage(context).leaf("detections/split=test/batch=0").toString())
        .contains("\"videos_forgotten_since\":true");
  }

  @Test
  void whatIsNotThereIsRefusedWithNearNames() throws IOException {
    String video = prepared.videos("test").get(0);
    Lineage lineage = new Lineage(context);
    assertThatThrownBy(() -> lineage.video(video + "1"))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("no table of workspace")
        .hasMessageContaining("Did you mean " + video);
    assertThatThrownBy(() -> lineage.detection(video, 1_000_000))
        .hasMessageContaining("no row of detections contains that frame");
    assertThatThrownBy(() -> lineage.leaf("detections")).hasMessageContaining("no such table");
  }

  @Test
  void oldModelsGoButNeverTheOneInUseOrThoseThatScoresReferTo() throws IOException {
    String first = models.requireCurrent();
    train(1, 7);
    String second = models.requireCurrent();
    train(1, 8);
    String third = models.requireCurrent();
    // The scores are still those of the first.
    assertThat(paths(find(0, 0, false))).containsExactly("model/versions/" + second);
    assertThat(paths(find(2, 0, false))).isEmpty();
    assertThat(paths(find(0, 30, false))).as("all are young").isEmpty();

    List<GarbageCollection.Item> asked = find(0, 0, true);
    assertThat(paths(asked))
        .contains("model/versions/" + first, "model/versions/" + second)
        .contains("detections/split=test/batch=0", "segment_scores/split=train/batch=0")
        .doesNotContain("model/versions/" + third);
    assertThat(asked).allMatch(item -> item.bytes() > 0);
    GarbageCollection.remove(context.workspace(), asked, Console.silent());
    assertThat(models.ids()).containsExactly(third);
    assertThat(context.workspace().leaves(Table.SEGMENT_SCORES)).isEmpty();
    assertThat(workspace.resolve("_staging")).doesNotExist();
    assertThat(paths(find(0, 0, true))).isEmpty();
  }

  @Test
  void leftoversAndOldRecordsGo() throws IOException {
    Path record = Files.createDirectories(workspace.resolve("_runs")).resolve("old.json");
    Files.writeString(record, "{}");
    Files.setLastModifiedTime(record, FileTime.from(Instant.now().minus(Duration.ofDays(40))));
    Files.writeString(workspace.resolve("_runs/young.json"), "{}");
    Files.writeString(workspace.resolve("_current.json.123456789"), "torn");
    Files.writeString(workspace.resolve("__lock.json.123456789"), "a beat of now");
    Files.createDirectories(workspace.resolve("_staging/crashed/segments"));
    Files.createDirectories(workspace.resolve("model/versions/detector-0123456789ab"));
    assertThat(paths(find(3, 30, false)))
        .containsExactlyInAnyOrder(
            "_runs/old.json",
            "_current.json.123456789",
            "_staging",
            "model/versions/detector-0123456789ab");
  }

  @Test
  void aSecondBatchLeavesTheFirstAsItIsAndIsScoredAlone() throws IOException {
    StageContext usual = Fixtures.context(workspace, 0, WriteMode.ERROR);
    Map<String, Instant> before = files();
    Path later = Files.createDirectory(folder.resolve("later"));
    for (String id : prepared.videos("test").subList(0, 2)) {
      Files.copy(
          prepared.footage().resolve("test").resolve(id + ".npy"),
          later.resolve("later-" + id + ".npy"));
    }
    IngestStage.run(
        usual,
        IngestOptions.builder(FeatureFormat.NPY, "test", List.of(later.toString()))
            .batch("1")
            .build());
    StageRunner.run(usual, new StatsStage(), new StatsStage.Options(List.of(), true, "train"));
    StageRunner.run(usual, new ScoreStage(), new ScoreStage.Options(List.of(), null));

    Map<String, Instant> after = files();
    assertThat(after).containsAllEntriesOf(before);
    assertThat(after.keySet().stream().filter(file -> !before.containsKey(file)))
        .isNotEmpty()
        .allMatch(file -> file.contains("/split=test/batch=1/"));
    Leaf scores = Leaf.of(Table.SEGMENT_SCORES, "test", "1");
    Manifest manifest = context.workspace().require(scores, "");
    assertThat(manifest.rows())
        .isEqualTo(context.workspace().require(scores.in(Table.SEGMENTS), "").rows());
    assertThat(manifest.inputs()).containsEntry("model", models.requireCurrent());
  }

  private Map<String, Instant> files() throws IOException {
    Map<String, Instant> files = new TreeMap<>();
    try (Stream<Path> all = Files.walk(workspace)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        files.put(
            workspace.relativize(file).toString(), Files.getLastModifiedTime(file).toInstant());
      }
    }
    return files;
  }

  private void train(int epochs, long seed) {
    StageRunner.run(
        Fixtures.context(workspace, seed, WriteMode.OVERWRITE),
        new TrainStage(),
        new TrainStage.Options(
            "train",
            TrainingPlan.standard(seed).withEpochs(epochs).withWorkers(2),
            ThresholdChoice.auto()));
  }

  private List<GarbageCollection.Item> find(int keep, int days, boolean scored) {
    return GarbageCollection.find(
        context.workspace(), new GarbageCollection.Options(keep, Duration.ofDays(days), scored));
  }

  private static List<String> paths(List<GarbageCollection.Item> items) {
    List<String> paths = new ArrayList<>();
    items.forEach(item -> paths.add(item.path()));
    return paths;
  }

  private static JsonNode from(JsonNode node, String name) {
    for (JsonNode child : node.path("from")) {
      if (child.path("kind").asText().equals(name) || child.path("name").asText().equals(name)) {
        return child;
      }
    }
    throw new AssertionError("no " + name + " among what " + node.path("name") + " is from");
  }
}
