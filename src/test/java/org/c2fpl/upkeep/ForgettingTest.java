package org.c2fpl.upkeep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.functions;
import org.c2fpl.detector.ModelStore;
import org.c2fpl.errors.DataException;
import org.c2fpl.ingest.FeatureFormat;
import org.c2fpl.ingest.IngestOptions;
import org.c2fpl.ingest.IngestStage;
import org.c2fpl.pipeline.Pipeline;
import org.c2fpl.stage.StageContext;
import org.c2fpl.testing.Fixtures;
import org.c2fpl.workspace.Json;
import org.c2fpl.workspace.Leaf;
import org.c2fpl.workspace.Manifest;
import org.c2fpl.workspace.Table;
import org.c2fpl.workspace.WorkspaceLock;
import org.c2fpl.workspace.WriteMode;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A forgotten video is nowhere in a workspace, and results made from it are out of date. */
class ForgettingTest {
  @TempDir static Path shared;
  private static PreparedRun prepared;

  @TempDir Path folder;
  private Path workspace;
  private StageContext context;

  @BeforeAll
  static void prepare() throws IOException {
    prepared = new PreparedRun(shared);
  }

  @BeforeEach
  void copy() {
    workspace = prepared.copy(folder.resolve("w"));
    context = PreparedRun.context(workspace);
  }

  @Test
  void nothingHasTheVideosNameAfterwardsAndOthersAreAsTheyWere() throws IOException {
    String trained = prepared.videos("train").get(3);
    String tested = prepared.videos("test").get(1);
    Files.createDirectories(workspace.resolve("_runs"));
    Path record = workspace.resolve("_runs/20260101-run-1.json");
    Files.writeString(
        record, "{\"message\": \"Cannot use " + trained + ".npy\", \"exit_code\": 65}");
    String model = new ModelStore(context.workspace()).requireCurrent();
    byte[] detector =
        Files.readAllBytes(workspace.resolve("model/versions/" + model + "/detector.json"));
    Map<String, List<String>> before = rows();
    assertThat(PreparedRun.filesWith(workspace, trained)).hasSizeGreaterThan(6);
    assertThat(PreparedRun.filesWith(workspace, tested)).hasSizeGreaterThan(6);

    Forgetting.run(context, List.of(trained, tested));

    assertThat(PreparedRun.filesWith(workspace, trained)).isEmpty();
    assertThat(PreparedRun.filesWith(workspace, tested)).isEmpty();
    assertThat(Files.readString(record)).contains("Cannot use (forgotten).npy");
    Map<String, List<String>> after = rows();
    assertThat(after.keySet()).isEqualTo(before.keySet());
    before.forEach(
        (leaf, rows) ->
            assertThat(after.get(leaf))
                .as(leaf)
                .isEqualTo(
                    rows.stream()
                        .filter(row -> !row.contains(trained) && !row.contains(tested))
                        .toList()));
    assertThat(workspace.resolve("evaluation")).doesNotExist();
    assertThat(workspace.resolve("report")).doesNotExist();
    assertThat(workspace.resolve("_staging")).doesNotExist();
    assertThat(Files.readAllBytes(workspace.resolve("model/versions/" + model + "/detector.json")))
        .isEqualTo(detector);
    Manifest segments = context.workspace().require(Leaf.of(Table.SEGMENTS, "train", "0"), "");
    assertThat(segments.rows())
        .isEqualTo(after.get("segments/split=train/batch=0").size())
        .isLessThan(before.get("segments/split=train/batch=0").size());
    assertThat(segments.details().path("videos").asInt()).isEqualTo(15);
    assertThat(segments.details().path("forgotten_rows").asLong())
        .isEqualTo(before.get("segments/split=train/batch=0").size() - segments.rows());
  }

  @Test
  void theNextRunMakesEverythingAnewWithoutTheVideo() throws IOException {
    String trained = prepared.videos("train").get(0);
    String old = new ModelStore(context.workspace()).requireCurrent();
    Forgetting.run(context, List.of(trained));

    prepared.run(workspace);

    String now = new ModelStore(context.workspace()).requireCurrent();
    assertThat(now).isNotEqualTo(old);
    assertThat(PreparedRun.filesWith(workspace, trained)).isEmpty();
    // The result of a run on the footage without the video, to the bit.
    Path clean = folder.resolve("clean");
    StageContext without = PreparedRun.context(clean);
    List<String> others =
        prepared.videos("train").stream()
            .filter(id -> !id.equals(trained))
            .map(id -> prepared.footage().resolve("train").resolve(id + ".npy").toString())
            .toList();
    Pipeline.run(
        without,
        prepared.options(
            IngestOptions.builder(FeatureFormat.NPY, "train", others).build(),
            prepared.ingest("test").build()));
    assertThat(now).isEqualTo(new ModelStore(without.workspace()).requireCurrent());
    Map<String, List<String>> expected = rows(without);
    Map<String, List<String>> found = rows();
    assertThat(found.keySet()).isEqualTo(expected.keySet());
    expected.forEach(
        (leaf, rows) -> {
          if (leaf.startsWith("segment_scores/")) {
            assertSameScores(found.get(leaf), rows);
          } else {
            assertThat(found.get(leaf)).as(leaf).isEqualTo(rows);
          }
        });
  }

  @Test
  void theSameVideoIsRefusedUntilItIsAllowed() throws IOException {
    String id = prepared.videos("test").get(2);
    Forgetting.run(context, List.of(id));
    StageContext overwrite = Fixtures.context(workspace, 0, WriteMode.OVERWRITE);

    assertThatThrownBy(() -> IngestStage.run(overwrite, prepared.ingest("test").build()))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith("Cannot ingest 1 video: this workspace was made to forget it")
        .hasMessageContaining("--forgotten allow")
        .hasMessageNotContaining(id);
    IngestStage.run(overwrite, prepared.ingest("test").skipBadVideos(true).build());
    assertThat(PreparedRun.filesWith(workspace, id)).isEmpty();

    IngestStage.run(context, prepared.ingest("test").takeForgotten(true).build());
    assertThat(ids(Table.SEGMENTS)).contains(id);
    IngestStage.run(overwrite, prepared.ingest("test").build());
    assertThat(ids(Table.SEGMENTS)).contains(id);
  }

  @Test
  void aBatchOfNothingElseGoesAsAWhole() throws IOException {
    String id = prepared.videos("test").get(0);
    Path alone = Files.createDirectory(folder.resolve("alone"));
    Files.copy(
        prepared.footage().resolve("test").resolve(id + ".npy"), alone.resolve("only-one.npy"));
    IngestStage.run(
        context,
        IngestOptions.builder(FeatureFormat.NPY, "test", List.of(alone.toString()))
            .batch("late")
            .build());
    Forgetting.run(context, List.of("only-one"));
    assertThat(context.workspace().leaves(Table.SEGMENTS, "test"))
        .containsExactly(Leaf.of(Table.SEGMENTS, "test", "0"));
    assertThat(PreparedRun.filesWith(workspace, "only-one")).isEmpty();
  }

  @Test
  void anUnknownVideoChangesNothingAndNearNamesAreTold() throws IOException {
    String known = prepared.videos("train").get(1);
    Map<String, List<String>> before = rows();
    assertThatThrownBy(() -> Forgetting.run(context, List.of(known, known + "x")))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith("Cannot forget video '" + known + "x': no table of workspace")
        .hasMessageContaining("Did you mean " + known);
    assertThat(rows()).isEqualTo(before);
    assertThat(workspace.resolve("_forgotten.json")).doesNotExist();
    Forgetting.run(context, List.of(known));
    Forgetting.run(context, List.of(known)); // done before: nothing to do, no error
  }

  /** Ids that are also numbers, years, versions and words of the command line. */
  @Test
  void onlyWhatNamesTheVideoIsMaskedInRecordsAndReasons() throws IOException {
    List<String> ids = List.of("1", "2026", "0.1.0", "train");
    Leaf rejected = Leaf.of(Table.REJECTED, "other", "0");
    Fixtures.put(
        context,
        rejected,
        List.of(
            RowFactory.create("1", "/f/train/1.npy", "it is empty"),
            RowFactory.create("2026", "/f/train/2026_i3d.npy", "it is empty"),
            RowFactory.create("0.1.0", "/f/train/0.1.0.npy", "it is empty"),
            RowFactory.create("train", "/f/train/train.npy", "it is empty"),
            RowFactory.create(
                "odd", "/f/train/odd-1.npy", "of 2026-01-02 (1.5 MB), like 1__3.npy")));
    Path record = Files.createDirectories(workspace.resolve("_runs")).resolve("r1.json");
    String unchanged =
        """
        "run":"train-1","command":"train","versions":{"c2fpl":"0.1.0","spark":"3.5.1"},\
        "started":"2026-01-02T01:01:01Z","application":"local-1","exit_code":1,"outcome":"train",\
        """;
    Files.writeString(
        record,
        "{"
            + unchanged
            + """
            "arguments":["run","--train","/f/train","--workers","1","--epochs=1","--split","train",\
            "--input","/f/1.npy","--input=/f/1/2026_i3d.npy","/f/train__0.npy","--test","/f/1*.npy",\
            "--video","1","2","--video=0.1.0","--workspace","/w/0.1.0"],\
            "message":"Cannot read /f/train/1.npy, 2026 and 'train': version 0.1.05 of 2026-01-02, 3.1"}\
            """);

    Forgetting.run(context, ids);

    String masked =
        "{"
            + unchanged
            + """
            "arguments":["run","--train","/f/train","--workers","1","--epochs=1","--split","train",\
            "--input","/f/(forgotten).npy","--input=/f/1/(forgotten)_i3d.npy","/f/(forgotten)__0.npy","--test","/f/(forgotten)*.npy",\
            "--video","(forgotten)","2","--video=(forgotten)","--workspace","/w/0.1.0"],\
            "message":"Cannot read /f/train/(forgotten).npy, (forgotten) and '(forgotten)': version 0.1.05 of 2026-01-02, 3.1"}\
            """;
    assertThat(Json.MAPPER.readTree(record.toFile())).isEqualTo(Json.MAPPER.readTree(masked));
    assertThat(Fixtures.rows(context, rejected))
        .containsExactly("odd /f/train/odd-1.npy of 2026-01-02 (1.5 MB), like (forgotten)__3.npy ");
  }

  @Test
  void anIdAmongTheReasonsForOthersGoesToo() throws IOException {
    String id = prepared.videos("train").get(2);
    Leaf rejected = Leaf.of(Table.REJECTED, "other", "0");
    Fixtures.put(
        context,
        rejected,
        List.of(RowFactory.create("odd", "/f/odd.npy", "unlike " + id + ".npy")));
    Forgetting.run(context, List.of(id));
    assertThat(Fixtures.rows(context, rejected))
        .containsExactly("odd /f/odd.npy unlike (forgotten).npy ");
    assertThat(PreparedRun.filesWith(workspace, id)).isEmpty();
  }

  @Test
  void aCrashBehindTheCommitRecordIsFinished() throws IOException {
    // Removal is part of the record: a removal that a crash interrupted is completed.
    Path staged = Files.createDirectories(workspace.resolve("_staging/crashed"));
    Files.writeString(staged.resolve("_forgotten.json"), "{\"new\": true}", StandardCharsets.UTF_8);
    Files.writeString(
        staged.resolve("commit.json"), "[\"_forgotten.json\", {\"remove\": \"evaluation\"}]");
    WorkspaceLock.acquire(context.workspace(), "next").close();
    assertThat(workspace.resolve("_forgotten.json")).hasContent("{\"new\": true}");
    assertThat(workspace.resolve("evaluation")).doesNotExist();
    assertThat(workspace.resolve("_staging")).doesNotExist();
  }

  /** Scores may differ in their last bits with the batches that they were computed in. */
  private static void assertSameScores(List<String> found, List<String> expected) {
    assertThat(found).hasSameSizeAs(expected);
    for (int i = 0; i < expected.size(); i++) {
      String[] one = expected.get(i).split(" ", -1);
      String[] other = found.get(i).split(" ", -1);
      assertThat(other[0] + other[1]).isEqualTo(one[0] + one[1]);
      assertThat(Double.parseDouble(other[2])).isCloseTo(Double.parseDouble(one[2]), within(1e-6));
    }
  }

  private List<String> ids(Table table) {
    return context
        .workspace()
        .read(context.spark(), context.workspace().leaves(table))
        .select(functions.col("video_id"))
        .distinct()
        .collectAsList()
        .stream()
        .map(row -> row.getString(0))
        .collect(Collectors.toList());
  }

  private Map<String, List<String>> rows() {
    return rows(context);
  }

  private static Map<String, List<String>> rows(StageContext of) {
    Map<String, List<String>> rows = new TreeMap<>();
    for (Table table : Table.values()) {
      if (!table.schema().isEmpty()) {
        for (Leaf leaf : of.workspace().leaves(table)) {
          rows.put(leaf.path(), Fixtures.rows(of, leaf));
        }
      }
    }
    return rows;
  }
}
