package org.c2fpl.upkeep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.RowFactory;
import org.c2fpl.errors.DataException;
import org.c2fpl.errors.UsageException;
import org.c2fpl.export.Export;
import org.c2fpl.export.ExportFormat;
import org.c2fpl.export.ExportOptions;
import org.c2fpl.export.Exported;
import org.c2fpl.ingest.IngestStage;
import org.c2fpl.report.ReportStage;
import org.c2fpl.stage.StageContext;
import org.c2fpl.stage.StageRunner;
import org.c2fpl.testing.Fixtures;
import org.c2fpl.testing.HostileNames;
import org.c2fpl.workspace.Leaf;
import org.c2fpl.workspace.Table;
import org.c2fpl.workspace.Workspace;
import org.c2fpl.workspace.WriteMode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every character of a workspace's path belongs to a name, never to a pattern. */
class HostileNamesTest {
  private static final Leaf SEGMENTS = Leaf.of(Table.SEGMENTS, "train", "0");

  /** All of the characters, and patterns that match the folders of {@link #neighbour}. */
  private static final String ALL = "w[ab]{c,d}*?\\:#%20+&=~'\"$;@!|<>()^` ü日😀";

  @TempDir Path folder;

  static Stream<String> names() {
    return HostileNames.all();
  }

  @ParameterizedTest
  @MethodSource("names")
  void tablesAreWrittenAndReadUnderTheirOwnName(String name) throws IOException {
    for (String neighbour : HostileNames.neighbours()) {
      if (!neighbour.equals(name)) {
        // A pattern would first match a file that is not Parquet.
        Path leaf = Files.createDirectories(folder.resolve(neighbour).resolve(SEGMENTS.path()));
        Files.writeString(leaf.resolve("part-0.parquet"), "neighbour");
        Fixtures.complete(leaf, SEGMENTS, 1);
      }
    }
    StageContext context = Fixtures.context(folder.resolve(name));
    Workspace workspace = context.workspace();
    Fixtures.put(
        context,
        SEGMENTS,
        List.of(RowFactory.create("own", 0, Fixtures.bytes(1))),
        1,
        details -> details.put("crops", 1).put("dim", 1).put("videos", 1));

    assertThat(workspace.leaves(Table.SEGMENTS)).containsExactly(SEGMENTS);
    assertThat(Fixtures.rows(context, SEGMENTS)).hasSize(1).first().asString().startsWith("own 0");
    assertThat(folder.resolve(name).resolve(SEGMENTS.path()).resolve("_manifest.json")).exists();
  }

  @Test
  void aWholeRunAndItsUpkeepStayUnderTheirOwnName() throws IOException {
    Path odd = Files.createDirectories(folder.resolve("batch=7 [0]")).resolve(ALL);
    PreparedRun prepared = new PreparedRun(folder.resolve("made"), odd);
    // The folder that the name matches as a pattern has the same tables with other rows.
    Path neighbour = Files.createDirectories(odd.resolveSibling("wacxy"));
    StageContext context = PreparedRun.context(odd);
    prepared.copy(neighbour);
    Forgetting.run(PreparedRun.context(neighbour), prepared.videos("test"));
    List<String> untouched = tree(neighbour);

    for (Table table : Table.values()) {
      for (Leaf leaf : context.workspace().leaves(table)) {
        if (table.schema().length() > 0) {
          assertThat(context.workspace().read(context.spark(), leaf).count())
              .as(leaf.path())
              .isEqualTo(context.workspace().require(leaf, "").rows());
        }
      }
    }
    Path csv = folder.resolve("out " + ALL.replace(":", ""));
    export(context, csv);
    assertThat(Files.readAllLines(csv)).hasSizeGreaterThan(1);
    assertThatThrownBy(() -> export(context, folder.resolve("a:b.csv")))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("whose name has a colon. Choose another name.");
    StageRunner.run(context, new ReportStage(), 0);
    assertThat(odd.resolve("report/index.html")).exists();
    assertThat(new Lineage(context).results()).isNotEmpty();
    String video = prepared.videos("test").get(0);
    Forgetting.run(context, List.of(video));
    assertThat(PreparedRun.filesWith(odd, video)).isEmpty();
    GarbageCollection.Options all = new GarbageCollection.Options(0, Duration.ZERO, true);
    GarbageCollection.remove(
        context.workspace(), GarbageCollection.find(context.workspace(), all), context.events());
    // Another batch is compared with the videos of the existing ones.
    StageContext adding = Fixtures.context(odd, 0, WriteMode.ERROR);
    assertThatThrownBy(() -> IngestStage.run(adding, prepared.ingest("train").batch("1").build()))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("is already in segments/split=train/batch=0");
    assertThat(tree(neighbour)).isEqualTo(untouched);
  }

  private static void export(StageContext context, Path to) {
    Export.run(
        context,
        new ExportOptions(
            Exported.SCORES,
            ExportFormat.CSV,
            to.toString(),
            List.of("test"),
            List.of(),
            List.of(),
            null,
            null,
            null));
  }

  private static List<String> tree(Path root) throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      return files.map(Path::toString).sorted().toList();
    }
  }

  static Stream<String> characters() {
    return HostileNames.characters();
  }

  @ParameterizedTest
  @MethodSource("characters")
  @ValueSource(strings = {"/", "\t", "\n", "\0", ".", "..", "", "-", "_x", ".x"})
  void splitsAndBatchesHavePlainNames(String character) {
    List<String> names =
        character.length() < 2 && !".-".contains(character)
            ? List.of(character, "a" + character + "b")
            : List.of(character);
    for (String name : names) {
      assertThatThrownBy(() -> Leaf.of(Table.SEGMENTS, name, "0"))
          .isInstanceOf(UsageException.class)
          .hasMessageContaining("--split");
      assertThatThrownBy(() -> Leaf.of(Table.SEGMENTS, "train", name))
          .isInstanceOf(UsageException.class)
          .hasMessageContaining("--batch");
      assertThat(Leaf.parse("segments/split=" + name + "/batch=0")).isEmpty();
    }
  }

  /** Like HDFS with colons. */
  @Test
  void aNameThatTheFileSystemCannotHoldIsRefusedAtOnce() {
    Configuration hadoop = new Configuration(false);
    hadoop.set("fs.strict.impl", StrictNames.class.getName());
    assertThatThrownBy(() -> Workspace.open("strict:///a:b", hadoop))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith("Cannot open workspace strict:///a:b: ")
        .hasMessageContaining("with a name that its file system allows");
    assertThatThrownBy(() -> Workspace.open("a:b", hadoop))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("Write ./a:b");
  }

  /** A file system without colons. */
  public static final class StrictNames extends org.apache.hadoop.fs.RawLocalFileSystem {
    @Override
    public URI getUri() {
      return URI.create("strict:///");
    }

    @Override
    public boolean exists(org.apache.hadoop.fs.Path path) {
      throw new IllegalArgumentException(
          "Pathname " + path.toUri().getPath() + " from " + path + " is not a valid DFS filename.");
    }
  }
}
