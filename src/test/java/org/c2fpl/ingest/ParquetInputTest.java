package org.c2fpl.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.fs.FileUtil;
import org.apache.parquet.column.ParquetProperties.WriterVersion;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.Type;
import org.c2fpl.cli.Console;
import org.c2fpl.errors.DataException;
import org.c2fpl.errors.Failures;
import org.c2fpl.stage.StageContext;
import org.c2fpl.testing.Fixtures;
import org.c2fpl.testing.HostileNames;
import org.c2fpl.testing.ParquetTables;
import org.c2fpl.testing.ParquetTables.Layout;
import org.c2fpl.testing.SharedSpark;
import org.c2fpl.workspace.Leaf;
import org.c2fpl.workspace.Table;
import org.c2fpl.workspace.Workspace;
import org.c2fpl.workspace.WriteMode;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tables that are damaged, mixed or strangely named: read correctly, or refused by name. */
class ParquetInputTest {
  private static final Layout PLAIN = Layout.of(CompressionCodecName.UNCOMPRESSED);
  private static final Duration LONG = Duration.ofSeconds(60);

  @TempDir Path folder;
  private Path table;
  private final ByteArrayOutputStream told = new ByteArrayOutputStream();

  @BeforeEach
  void makeFolder() throws IOException {
    table = Files.createDirectories(folder.resolve("table"));
  }

  private List<String> ingest(Path... inputs) {
    return ingest(Arrays.stream(inputs).map(Path::toString).toList());
  }

  /** Ingests and returns the rows. */
  private List<String> ingest(List<String> inputs) {
    return assertTimeoutPreemptively(
        LONG,
        () -> {
          PrintStream out = new PrintStream(told, true, StandardCharsets.UTF_8);
          StageContext context =
              new StageContext(
                  SharedSpark.session(),
                  Workspace.open(
                      folder.resolve("workspace").toString(),
                      SharedSpark.session().sparkContext().hadoopConfiguration()),
                  0,
                  WriteMode.OVERWRITE,
                  new Console(out, out, false));
          IngestStage.run(
              context, IngestOptions.builder(FeatureFormat.PARQUET, "train", inputs).build());
          return Fixtures.rows(context, Leaf.of(Table.SEGMENTS, "train", "0"));
        });
  }

  private String refusal(Path... inputs) {
    String[] message = new String[1];
    assertThatThrownBy(() -> ingest(inputs))
        .satisfies(
            failure -> {
              RuntimeException meaning =
                  Failures.meaning(failure).orElseThrow(() -> new AssertionError(failure));
              assertThat(meaning).isInstanceOf(DataException.class);
              message[0] = meaning.getMessage();
            });
    assertThat(folder.resolve("workspace/segments")).doesNotExist();
    return message[0];
  }

  /** Without a checksum, values may simply differ. */
  private void refusedOrRead(Path input) throws IOException {
    try {
      ingest(input);
      FileUtil.fullyDelete(folder.resolve("workspace").toFile());
    } catch (Exception failure) {
      assertThat(Failures.meaning(failure))
          .as("%s", failure)
          .containsInstanceOf(DataException.class);
    }
  }

  private Path good(String name, String... videos) throws IOException {
    Path file = table.resolve(name);
    ParquetTables.write(file, PLAIN, 3, videos);
    return file;
  }

  // ---- damaged pages

  record Page(Layout layout, String name) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Page> pages() {
    return Stream.of(
            CompressionCodecName.UNCOMPRESSED,
            CompressionCodecName.SNAPPY,
            CompressionCodecName.GZIP,
            CompressionCodecName.ZSTD,
            CompressionCodecName.LZ4,
            CompressionCodecName.LZ4_RAW)
        .flatMap(
            codec ->
                Stream.of(
                    new Page(Layout.of(codec).withDictionary(), codec + " with a dictionary"),
                    new Page(Layout.of(codec).ofVersion2(), codec + " of version 2")));
  }

  /** A page that claims more than it holds: Snappy and LZ4 would wait for ever. */
  @ParameterizedTest
  @MethodSource("pages")
  void damagedPagesAreRefusedByNameAndTheSoundOnesRead(Page page) throws IOException {
    good("a.parquet", "a");
    Path file = table.resolve("b.parquet");
    ParquetTables.write(file, page.layout(), 30, "b");
    byte[] sound = Files.readAllBytes(file);
    assertThat(ingest(table)).hasSize(33);
    FileUtil.fullyDelete(folder.resolve("workspace").toFile());

    ParquetTables.flip(file, "features", 9);
    if (page.layout().checked()) {
      assertThat(refusal(table)).as("a flipped bit").contains(file.toString(), "damaged");
    } else {
      refusedOrRead(table);
    }

    Files.write(file, sound);
    ParquetTables.changeHeader(
        file,
        "features",
        header -> header.setUncompressed_page_size(header.getUncompressed_page_size() + 1));
    if (page.layout().codec() != CompressionCodecName.UNCOMPRESSED) {
      assertThat(refusal(table)).as("more claimed").contains(file.toString()).contains("damaged");
    }

    Files.write(file, sound);
    ParquetTables.changeHeader(
        file,
        "features",
        header -> header.setCompressed_page_size(header.getCompressed_page_size() + 1));
    assertThat(refusal(table)).as("longer").contains(file.toString()).contains("damaged");

    Files.write(file, Arrays.copyOf(sound, sound.length / 2));
    assertThat(refusal(table))
        .as("cut off")
        .contains("Cannot read " + file + ": it does not end like a Parquet file");
  }

  @Test
  void aPageOfMoreThanIsReadAtOnceIsRefused() throws IOException {
    Path file = table.resolve("a.parquet");
    ParquetTables.write(
        file,
        Layout.of(CompressionCodecName.GZIP),
        "message t { required binary video_id (STRING); required int32 segment_index; required"
            + " binary features; }",
        (row, number) ->
            row.append("video_id", "a")
                .append("segment_index", number)
                .append("features", Binary.fromConstantByteArray(new byte[1 << 28])),
        1);
    // As many bytes in the header as the present size.
    ParquetTables.changeHeader(
        file, "features", header -> header.setUncompressed_page_size((1 << 29) + 1));
    assertThat(refusal(table))
        .contains(file + ": the page at byte ", " claims 536870913 bytes, and more than 512 MiB");
  }

  // ---- entries of a folder

  @Test
  void filesThatAreNoParquetAreCountedAndThoseThatClaimToBeAreRefused() throws IOException {
    good("a.parquet", "a");
    good("without-an-end", "b");
    Files.writeString(table.resolve("README.md"), "hello");
    Files.writeString(table.resolve("empty.txt"), "");
    good("_hidden.parquet", "c");
    Files.writeString(table.resolve("_SUCCESS"), "");
    assertThat(ingest(table)).hasSize(6).allMatch(row -> row.matches("[ab] .*"));
    assertThat(told.toString(StandardCharsets.UTF_8))
        .contains(
            "3 files were left out, hidden or not Parquet: _hidden.parquet, README.md, empty");

    FileUtil.fullyDelete(folder.resolve("workspace").toFile());
    Path bad = Files.writeString(table.resolve("x.PARQUET"), "video_id,segment_index\n");
    assertThat(refusal(table)).contains("Cannot read " + bad + ": it is not a Parquet file");
    Files.write(bad, new byte[0]);
    assertThat(refusal(table)).contains("Cannot read " + bad + ": it is empty");
    Files.writeString(table.resolve("y.parquet"), "PAR1 and no more");
    assertThat(refusal(table)).contains(bad.toString(), "1 more of the input's files");
  }

  @Test
  void aTableOfDeltaLakeHasRowsThatWereDeleted() throws IOException {
    good("a.parquet", "a");
    Files.createDirectories(table.resolve("_delta_log"));
    assertThat(refusal(table)).contains("it is a table of Delta Lake (it has _delta_log)");
  }

  @Test
  void aTableWithoutRowsIsRefused() throws IOException {
    ParquetTables.write(table.resolve("a.parquet"), PLAIN, 0);
    assertThat(refusal(table))
        .isEqualTo(
            "Cannot use " + table + ": it has no rows. Name a table with one row per segment.");
  }

  // ---- columns

  private void schema(String file, String schema, String video) throws IOException {
    ParquetTables.write(
        table.resolve(file),
        PLAIN,
        "message t { " + schema + " }",
        (row, number) -> {
          for (Type type : row.getType().getFields()) {
            switch (type.getName()) {
              case "video_id", "VIDEO_ID" -> row.append(type.getName(), video);
              case "segment_index" -> {
                if (type.asPrimitiveType().getPrimitiveTypeName().name().equals("INT32")) {
                  row.append("segment_index", number);
                } else {
                  row.append("segment_index", (long) number);
                }
              }
              default -> {}
            }
          }
        },
        2);
  }

  private static final String ID = "optional binary video_id (STRING); ";
  private static final String INT = "optional int32 segment_index; ";
  private static final String LONG_INDEX = "optional int64 segment_index; ";
  private static final String LIST =
      "optional group features (LIST) { repeated group list { optional %s element; } }";

  @Test
  void filesOfOtherTypesAreRefused() throws IOException {
    schema("a.parquet", ID + INT + LIST.formatted("float"), "a");
    schema("b.parquet", ID + LONG_INDEX + LIST.formatted("float"), "b");
    assertThat(refusal(table))
        .startsWith("Cannot use " + table + ": its files have different columns: ")
        .contains("a.parquet", "segment_index:int,", "b.parquet", "segment_index:bigint");
  }

  @Test
  void anotherCaseIsAnotherColumn() throws IOException {
    schema(
        "a.parquet",
        ID + "optional binary VIDEO_ID (STRING); " + INT + LIST.formatted("float"),
        "a");
    assertThat(refusal(table)).contains("2 rows of video 'a' have no features");
    schema("b.parquet", "optional binary VIDEO_ID (STRING); " + INT + LIST.formatted("float"), "b");
    assertThat(refusal(table))
        .contains("b.parquet: it has no column video_id, only VIDEO_ID, segment_index, features");
  }

  @Test
  void valuesOfOtherTypesAreRefusedWithTheFile() throws IOException {
    for (String type : List.of("int32", "binary", "boolean", "int96")) {
      schema("a.parquet", ID + INT + LIST.formatted(type), "a");
      assertThat(refusal(table))
          .contains("a.parquet: its column features has the type array<")
          .contains("Make it array<double> or array<float> or binary.");
      Files.delete(table.resolve("a.parquet"));
    }
    schema("a.parquet", ID + INT + "optional int32 features;", "a");
    assertThat(refusal(table)).contains("features has the type int.");
  }

  @Test
  void whatSparkCannotReadIsNamed() throws IOException {
    Path file = table.resolve("a.parquet");
    Layout split =
        new Layout(
            CompressionCodecName.UNCOMPRESSED, WriterVersion.PARQUET_2_0, false, true, true, false);
    ParquetTables.write(file, split, 3, "a");
    assertThat(refusal(table)).contains(file + ": ", "the encoding BYTE_STREAM_SPLIT");

    Files.delete(file);
    Layout secret =
        new Layout(
            CompressionCodecName.SNAPPY, WriterVersion.PARQUET_1_0, false, true, false, true);
    ParquetTables.write(file, secret, 3, "a");
    assertThat(refusal(table)).contains("Cannot read " + file + ": it is encrypted");
  }

  // ---- names

  @Test
  void everyCharacterOfAFileNameIsAPartOfIt() throws IOException {
    List<String> names = HostileNames.all().filter(name -> !name.contains(":")).toList();
    for (int i = 0; i < names.size(); i++) {
      good(names.get(i) + ".parquet", "v" + i);
    }
    assertThat(ingest(table)).hasSize(3 * names.size());
  }

  @Test
  void aColonInTheNameOfAFileIsRefusedAtOnce() throws IOException {
    Path file = good("a.parquet", "a");
    Files.move(file, table.resolve("cam1_12:30:00.parquet"));
    assertThat(refusal(table))
        .contains("cam1_12:30:00.parquet cannot be read: its name has a colon")
        .endsWith("Rename, correct or remove it.");
  }

  @Test
  void everyCharacterOfAFolderNameIsAPartOfIt() throws IOException {
    List<String> names = HostileNames.all().toList();
    for (String neighbour : HostileNames.neighbours()) {
      if (!names.contains(neighbour)) {
        good(neighbour + "/part.parquet", "neighbour");
      }
    }
    List<Path> inputs = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      good(names.get(i) + "/part.parquet", "v" + i);
      inputs.add(table.resolve(names.get(i)));
    }
    assertThat(ingest(inputs.toArray(Path[]::new)))
        .hasSize(3 * names.size())
        .noneMatch(row -> row.startsWith("neighbour"));
  }

  @Test
  void foldersMayNameTheVideos() throws IOException {
    Path root = Files.createDirectories(folder.resolve("by[video]"));
    for (String video : List.of("007", "b")) {
      ParquetTables.write(
          root.resolve("video_id=" + video + "/part.parquet"),
          PLAIN,
          "message t { required int32 segment_index; required binary features; }",
          (row, number) ->
              row.append("segment_index", number)
                  .append("features", Binary.fromConstantByteArray(Fixtures.bytes(number, 2))),
          2);
    }
    assertThat(ingest(root)).hasSize(4).anyMatch(row -> row.startsWith("007 0 "));
  }
}
