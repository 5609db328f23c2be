package org.c2fpl.workspace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.c2fpl.errors.DataException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class LeafTransactionTest {
  private static final Leaf NORMS = Leaf.of(Table.SEGMENT_NORMS, "train", "0");
  private static final Leaf STATS = NORMS.in(Table.VIDEO_STATS);

  @TempDir Path folder;
  private Workspace workspace;

  @BeforeEach
  void open() {
    workspace = Workspace.open(folder.toString(), new Configuration());
  }

  @Test
  void leavesAppearTogetherWithTheirManifests() throws IOException {
    write(draft(1), WriteMode.ERROR, "a");

    assertThat(content(NORMS)).isEqualTo("a");
    assertThat(workspace.leaves(Table.SEGMENT_NORMS)).containsExactly(NORMS);
    Manifest manifest = workspace.require(STATS, "");
    assertThat(manifest.rows()).isEqualTo(1);
    assertThat(manifest.parameters()).containsEntry("eta", 1);
    assertThat(manifest.inputs()).containsEntry("footage", "f");
    assertThat(manifest.details().path("note").asText()).isEqualTo("a");
    assertThat(leftovers()).isEmpty();
  }

  @Test
  void nothingAppearsWithoutACommit() throws IOException {
    try (LeafTransaction transaction =
        workspace.begin(draft(1), WriteMode.ERROR, List.of(NORMS, STATS))) {
      put(transaction, NORMS, "a");
      assertThat(workspace.manifest(NORMS)).isEmpty();
    }
    assertThat(Files.exists(folder.resolve("segment_norms"))).isFalse();
    assertThat(leftovers()).isEmpty();
  }

  @Test
  void aTableThatIsThereIsAnErrorByDefault() throws IOException {
    write(draft(1), WriteMode.ERROR, "a");
    assertThatThrownBy(() -> write(draft(1), WriteMode.ERROR, "b"))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("Cannot write segment_norms/split=train/batch=0")
        .hasMessageContaining("--write-mode overwrite");
    assertThat(content(NORMS)).isEqualTo("a");
  }

  @Test
  void skipKeepsWhatIsTheSameAndRefusesWhatIsNot() throws IOException {
    write(draft(1), WriteMode.ERROR, "a");
    try (LeafTransaction same = workspace.begin(draft(1), WriteMode.SKIP, List.of(NORMS, STATS))) {
      assertThat(same.upToDate()).isTrue();
    }
    assertThatThrownBy(() -> workspace.begin(draft(2), WriteMode.SKIP, List.of(NORMS, STATS)))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("eta 1 → 2");
  }

  @Test
  void refreshMakesAnewWhatWasMadeOtherwise() throws IOException {
    write(draft(1), WriteMode.ERROR, "a");
    write(draft(2), WriteMode.REFRESH, "b");
    assertThat(content(NORMS)).isEqualTo("b");
    assertThat(leftovers()).isEmpty();
  }

  @Test
  void whatAnEarlierAlgorithmMadeIsMadeAgainAndNamed() throws IOException {
    write(draft(1), WriteMode.ERROR, "a");
    ManifestDraft raised = ManifestDraft.of("test", 2, 3).parameter("eta", 1).input("footage", "f");

    assertThatThrownBy(() -> write(raised, WriteMode.SKIP, "b"))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("(algorithm 1 → 2)");
    try (LeafTransaction again =
        workspace.begin(raised, WriteMode.REFRESH, List.of(NORMS, STATS))) {
      assertThat(again.outdated())
          .containsExactly(
              new LeafTransaction.Outdated(NORMS, 1), new LeafTransaction.Outdated(STATS, 1));
    }
    write(raised, WriteMode.REFRESH, "b");
    assertThat(content(NORMS)).isEqualTo("b");
    try (LeafTransaction same = workspace.begin(raised, WriteMode.REFRESH, List.of(NORMS, STATS))) {
      assertThat(same.upToDate()).isTrue();
      assertThat(same.outdated()).isEmpty();
    }
  }

  @Test
  void overwriteReplacesAndTheOldLivesUntilTheCommit() throws IOException {
    write(draft(1), WriteMode.ERROR, "a");
    try (LeafTransaction transaction =
        workspace.begin(draft(1), WriteMode.OVERWRITE, List.of(NORMS, STATS))) {
      put(transaction, NORMS, "b");
      put(transaction, STATS, "b");
      assertThat(content(NORMS)).isEqualTo("a");
      transaction.commit();
    }
    assertThat(content(NORMS)).isEqualTo("b");
  }

  @Test
  void aCrashBetweenTheRenamesIsFinishedAtTheNextStart() throws IOException {
    write(draft(1), WriteMode.ERROR, "old");
    // What a crash after the commit record and the first rename leaves.
    Path staged = folder.resolve("_staging/crashed");
    writeLeafFiles(staged.resolve(STATS.path()), STATS, "new");
    Files.writeString(
        staged.resolve("commit.json"), "[\"" + NORMS.path() + "\",\"" + STATS.path() + "\"]");
    writeLeafFiles(folder.resolve("moved"), NORMS, "new");
    deleteTree(folder.resolve(NORMS.path()));
    Files.move(folder.resolve("moved"), folder.resolve(NORMS.path()));

    WorkspaceLock.acquire(workspace, "next").close();

    assertThat(content(NORMS)).isEqualTo("new");
    assertThat(content(STATS)).isEqualTo("new");
    assertThat(leftovers()).isEmpty();
  }

  @Test
  void aCrashBeforeTheCommitRecordLeavesTheOldAndIsSweptAway() throws IOException {
    write(draft(1), WriteMode.ERROR, "old");
    writeLeafFiles(folder.resolve("_staging/crashed").resolve(STATS.path()), STATS, "new");

    WorkspaceLock.acquire(workspace, "next").close();

    assertThat(content(STATS)).isEqualTo("old");
    assertThat(leftovers()).isEmpty();
  }

  /** Whoever can write into the workspace can leave a record; it must reach nothing else. */
  static Stream<String> hostileRecords() {
    Stream<String> paths =
        Stream.of(
            "..",
            ".",
            "",
            "/",
            "../victim",
            "/tmp/victim",
            "file:/tmp/victim",
            "segments/split=train/batch=../../../../victim",
            "segments/split=../batch=0",
            "segments/split=a/batch=..",
            "segments/../../victim",
            "segment_norms/split=train/batch=0/../../../../victim",
            "segments",
            "segments/split=train",
            "model",
            "model/current.json",
            "model/versions",
            "model/versions/..",
            "model/versions/detector-0123456789ab/../../../../victim",
            "experiment",
            "experiment/stages/../../../victim",
            "_lock.json",
            "_staging",
            "_runs",
            "_runs/..",
            "_runs/../../victim",
            "_runs/a/b.json",
            "_forgotten.json/../../victim",
            "_a/../../victim.123456",
            "victim");
    return paths.flatMap(
        path -> Stream.of("[\"" + path + "\"]", "[{\"remove\":\"" + path + "\"}]"));
  }

  @ParameterizedTest
  @MethodSource("hostileRecords")
  @ValueSource(
      strings = {
        "",
        "{",
        "null",
        "7",
        "{\"remove\":\"segments\"}",
        "[7]",
        "[null]",
        "[[\"coarse_labels\"]]",
        "[{\"remove\":7}]",
        "[{\"delete\":\"coarse_labels\"}]",
        "[{\"remove\":\"coarse_labels\",\"x\":1}]"
      })
  void aRecordThatNamesMoreThanLeavesIsRefusedAndNothingMoves(String record) throws IOException {
    workspace = Workspace.open(folder.resolve("w").toString(), new Configuration());
    write(draft(1), WriteMode.ERROR, "a");
    Path victim = Files.writeString(folder.resolve("victim"), "precious");
    // A sound record next to it, and a sound entry before the other.
    Path first = Files.createDirectories(folder.resolve("w/_staging/a"));
    writeLeafFiles(first.resolve(NORMS.path()), NORMS, "new");
    Files.writeString(first.resolve("commit.json"), "[\"" + NORMS.path() + "\"]");
    Path second = Files.createDirectories(folder.resolve("w/_staging/b"));
    Files.writeString(
        second.resolve("commit.json"),
        record.startsWith("[")
            ? "[{\"remove\":\"" + STATS.path() + "\"}," + record.substring(1)
            : record);
    List<String> before = tree();

    assertThatThrownBy(() -> LeafTransaction.recover(workspace))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("_staging/b/commit.json")
        .hasMessageContaining("Nothing was moved");

    assertThat(tree()).isEqualTo(before);
    assertThat(victim).hasContent("precious");
  }

  private List<String> tree() throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.map(Path::toString).sorted().toList();
    }
  }

  @Test
  void aTransactionRecordsNothingElseEither() {
    try (LeafTransaction transaction = workspace.rewrite(List.of())) {
      transaction.remove("../victim");
      assertThatThrownBy(transaction::commit).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void aLeafWithoutAManifestIsNotThere() throws IOException {
    Files.createDirectories(folder.resolve(NORMS.path()));
    assertThat(workspace.leaves(Table.SEGMENT_NORMS)).isEmpty();
    write(draft(1), WriteMode.ERROR, "a");
    assertThat(content(NORMS)).isEqualTo("a");
  }

  @Test
  void aNewerFormatIsRefused() throws IOException {
    write(draft(1), WriteMode.ERROR, "a");
    Path manifest = folder.resolve(NORMS.path()).resolve(Manifest.FILE);
    Files.writeString(
        manifest,
        Files.readString(manifest).replace("\"format_version\" : 2", "\"format_version\" : 7"));
    Files.deleteIfExists(manifest.resolveSibling("." + Manifest.FILE + ".crc"));
    assertThatThrownBy(() -> workspace.manifest(NORMS))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("format_version 7")
        .hasMessageContaining("reads up to 2");
  }

  @Test
  void aTornManifestIsNamed() throws IOException {
    write(draft(1), WriteMode.ERROR, "a");
    Path manifest = folder.resolve(NORMS.path()).resolve(Manifest.FILE);
    Files.writeString(manifest, "{ \"format_ver");
    Files.deleteIfExists(manifest.resolveSibling("." + Manifest.FILE + ".crc"));
    assertThatThrownBy(() -> workspace.manifest(NORMS))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("_manifest.json")
        .hasMessageContaining("it is not JSON");
  }

  private static ManifestDraft draft(int eta) {
    return ManifestDraft.of("test", 1, 3).parameter("eta", eta).input("footage", "f");
  }

  private void write(ManifestDraft draft, WriteMode mode, String content) throws IOException {
    try (LeafTransaction transaction = workspace.begin(draft, mode, List.of(NORMS, STATS))) {
      if (!transaction.upToDate()) {
        put(transaction, NORMS, content);
        put(transaction, STATS, content);
        transaction.commit();
      }
    }
  }

  private static void put(LeafTransaction transaction, Leaf leaf, String content)
      throws IOException {
    Path staged = Path.of(transaction.staging(leaf).toUri().getPath());
    Files.createDirectories(staged);
    Files.writeString(staged.resolve("rows"), content);
    transaction.rows(leaf, 1);
    transaction.details(leaf).put("note", content);
  }

  private static void writeLeafFiles(Path leafFolder, Leaf leaf, String content)
      throws IOException {
    Files.createDirectories(leafFolder);
    Files.writeString(leafFolder.resolve("rows"), content);
    Files.write(
        leafFolder.resolve(Manifest.FILE),
        Json.MAPPER
            .writeValueAsString(draft(1).manifest(leaf, 1, Json.object()))
            .getBytes(StandardCharsets.UTF_8));
  }

  private String content(Leaf leaf) throws IOException {
    return Files.readString(Path.of(workspace.path(leaf).toUri().getPath()).resolve("rows"));
  }

  private List<String> leftovers() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.startsWith("_") && !name.equals("_runs"))
          .toList();
    }
  }

  private static void deleteTree(Path tree) throws IOException {
    try (Stream<Path> files = Files.walk(tree)) {
      for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
