package org.c2fpl.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.c2fpl.cli.Console;
import org.c2fpl.errors.DataException;
import org.c2fpl.errors.UsageException;
import org.c2fpl.formats.NpyBytes;
import org.c2fpl.formats.features.Axes;
import org.c2fpl.segments.Splits;
import org.c2fpl.stage.StageContext;
import org.c2fpl.testing.HostileNames;
import org.c2fpl.testing.SharedSpark;
import org.c2fpl.workspace.Leaf;
import org.c2fpl.workspace.Manifest;
import org.c2fpl.workspace.Table;
import org.c2fpl.workspace.Workspace;
import org.c2fpl.workspace.WriteMode;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class IngestStageTest {
  private static final int CROPS = 2;
  private static final int DIM = 3;

  @TempDir Path folder;
  private Path input;
  private Workspace workspace;
  private final ByteArrayOutputStream told = new ByteArrayOutputStream();

  @BeforeEach
  void setUp() throws IOException {
    input = Files.createDirectories(folder.resolve("input"));
    workspace = Workspace.open(folder.resolve("workspace").toString(), new Configuration());
  }

  // ---- the result for each format: two videos, "a" with 3 segments and "b" with 5

  private static double value(String video, int segment, int crop, int dim) {
    return video.charAt(0) * 100 + segment * 10 + crop * 5 + dim;
  }

  private static double[] values(String video, int segments) {
    double[] values = new double[segments * CROPS * DIM];
    int i = 0;
    for (int s = 0; s < segments; s++) {
      for (int c = 0; c < CROPS; c++) {
        for (int d = 0; d < DIM; d++) {
          values[i++] = value(video, s, c, d);
        }
      }
    }
    return values;
  }

  private static SortedMap<String, byte[]> expected(String... videos) {
    SortedMap<String, byte[]> rows = new TreeMap<>();
    for (String video : videos) {
      int segments = video.equals("a") ? 3 : 5;
      for (int s = 0; s < segments; s++) {
        double[] all = values(video, segments);
        rows.put(
            video + "/" + s,
            NpyBytes.encode(
                "<f4", Arrays.copyOfRange(all, s * CROPS * DIM, (s + 1) * CROPS * DIM)));
      }
    }
    return rows;
  }

  private void writeNpy(String file, String descr, String shape, double... values)
      throws IOException {
    Files.write(
        input.resolve(file), NpyBytes.of(descr, false, shape, NpyBytes.encode(descr, values)));
  }

  private void writeGood(String... videos) throws IOException {
    for (String video : videos) {
      int segments = video.equals("a") ? 3 : 5;
      writeNpy(video + ".npy", "<f4", "(" + segments + ", 2, 3)", values(video, segments));
    }
  }

  private IngestOptions.Builder npy() {
    return IngestOptions.builder(FeatureFormat.NPY, "train", List.of(input.toString()));
  }

  private Manifest ingest(IngestOptions options) {
    return ingest(options, WriteMode.ERROR);
  }

  private Manifest ingest(IngestOptions options, WriteMode mode) {
    PrintStream out = new PrintStream(told, true, StandardCharsets.UTF_8);
    IngestStage.run(
        new StageContext(SharedSpark.session(), workspace, 0, mode, new Console(out, out, false)),
        options);
    return workspace
        .manifest(Leaf.of(Table.SEGMENTS, options.split(), options.batch()))
        .orElseThrow();
  }

  private SortedMap<String, byte[]> segments(String split, String batch) {
    SortedMap<String, byte[]> rows = new TreeMap<>();
    for (Row row : read(Table.SEGMENTS, split, batch)) {
      byte[] before = rows.put(row.getString(0) + "/" + row.getInt(1), row.getAs(2));
      assertThat(before).isNull();
    }
    return rows;
  }

  private List<Row> read(Table table, String split, String batch) {
    return workspace
        .read(SharedSpark.session(), Leaf.of(table, split, batch))
        .orderBy("video_id")
        .collectAsList();
  }

  private static void assertSame(SortedMap<String, byte[]> rows, SortedMap<String, byte[]> wanted) {
    assertThat(rows.keySet()).isEqualTo(wanted.keySet());
    wanted.forEach((key, bytes) -> assertThat(rows.get(key)).as(key).isEqualTo(bytes));
  }

  @Test
  void oneFileAVideo() throws IOException {
    writeGood("a");
    writeNpy("b_i3d.npy", ">f8", "(5, 2, 3)", values("b", 5));
    Files.writeString(input.resolve("notes.txt"), "not an array");

    Manifest manifest = ingest(npy().build());

    assertSame(segments("train", "0"), expected("a", "b"));
    assertThat(read(Table.VIDEOS, "train", "0"))
        .extracting(row -> row.getString(0) + " " + row.isNullAt(2) + row.isNullAt(3))
        .containsExactly("a truetrue", "b truetrue");
    assertThat(read(Table.VIDEOS, "train", "0").get(1).getString(1)).endsWith("/input/b_i3d.npy");
    assertThat(read(Table.REJECTED, "train", "0")).isEmpty();
    assertThat(manifest.rows()).isEqualTo(8);
    JsonNode details = manifest.details();
    assertThat(Splits.shape(manifest)).isEqualTo(new Splits.Shape(2, 3, 16));
    assertThat(details.path("dtype").asText()).isEqualTo("big-endian float64, float32");
    assertThat(details.path("format").asText()).isEqualTo("npy");
    assertThat(details.path("videos").asInt()).isEqualTo(2);
    assertThat(told.toString(StandardCharsets.UTF_8))
        .contains("2 videos → segments/split=train/batch=0: 8 segments of 2 crops × 3");
  }

  @Test
  void cropsFirst() throws IOException {
    double[] values = new double[2 * 3 * DIM];
    for (int i = 0; i < values.length; i++) {
      values[i] = value("a", i / DIM % 3, i / (3 * DIM), i % DIM);
    }
    writeNpy("a.npy", "<f4", "(2, 3, 3)", values);

    ingest(npy().axes(Axes.CROPS_SEGMENTS_DIM).build());

    assertSame(segments("train", "0"), expected("a"));
  }

  @Test
  void oneFileACrop() throws IOException {
    for (String video : List.of("a", "b")) {
      int segments = video.equals("a") ? 3 : 5;
      for (int crop = 0; crop < CROPS; crop++) {
        double[] values = new double[segments * DIM];
        for (int i = 0; i < values.length; i++) {
          values[i] = value(video, i / DIM, crop, i % DIM);
        }
        writeNpy(video + "__" + crop + ".npy", "<f4", "(" + segments + ", 3)", values);
      }
    }

    ingest(
        IngestOptions.builder(FeatureFormat.NPY_PER_CROP, "train", List.of(input.toString()))
            .build());

    assertSame(segments("train", "0"), expected("a", "b"));
  }

  @Test
  void oneArrayForAll() throws IOException {
    double[] all = new double[10 * CROPS * DIM];
    System.arraycopy(values("b", 5), 0, all, CROPS * DIM, 5 * CROPS * DIM);
    System.arraycopy(values("a", 3), 0, all, 7 * CROPS * DIM, 3 * CROPS * DIM);
    writeNpy("all.npy", "<f8", "(10, 2, 3)", all);
    writeNpy("ranges.npy", "<i8", "(2, 2)", 7, 10, 1, 6);
    Files.writeString(input.resolve("names.txt"), "a\nb\n");

    ingest(concat().names(input.resolve("names.txt").toString()).build());

    assertSame(segments("train", "0"), expected("a", "b"));
    assertThat(told.toString(StandardCharsets.UTF_8))
        .contains("warning: 2 of the 10 segments of " + input.resolve("all.npy"))
        .contains("belong to no range and are left out");

    ingest(concat().batch("unnamed").build());
    assertThat(read(Table.VIDEOS, "train", "unnamed"))
        .extracting(row -> row.getString(0))
        .containsExactly("video_00000", "video_00001");
  }

  private IngestOptions.Builder concat() {
    return IngestOptions.builder(
            FeatureFormat.CONCAT, "train", List.of(input.resolve("all.npy").toString()))
        .ranges(input.resolve("ranges.npy").toString());
  }

  /** Types that a features column may have. */
  enum ColumnType {
    FLOATS(DataTypes.createArrayType(DataTypes.FloatType)),
    DOUBLES(DataTypes.createArrayType(DataTypes.DoubleType)),
    BYTES(DataTypes.BinaryType);

    private final DataType type;

    ColumnType(DataType type) {
      this.type = type;
    }

    Object cell(double... values) {
      return switch (this) {
        case BYTES -> NpyBytes.encode("<f4", values);
        case DOUBLES -> Arrays.stream(values).boxed().toList();
        case FLOATS -> Arrays.stream(values).mapToObj(v -> (float) v).toList();
      };
    }
  }

  private void writeTable(ColumnType type, DataType index, Row... rows) {
    SharedSpark.session()
        .createDataFrame(
            List.of(rows),
            new StructType()
                .add("video_id", DataTypes.StringType)
                .add("segment_index", index)
                .add("vector", type.type))
        .repartition(2)
        .write()
        .parquet(input.resolve("table").toString());
  }

  private IngestOptions.Builder parquet() {
    return IngestOptions.builder(
            FeatureFormat.PARQUET, "train", List.of(input.resolve("table").toString()))
        .featuresColumn("vector")
        .crops(CROPS);
  }

  @ParameterizedTest
  @EnumSource
  void tableOfSegments(ColumnType type) {
    List<Row> rows = new ArrayList<>();
    for (String video : List.of("a", "b")) {
      int segments = video.equals("a") ? 3 : 5;
      for (int s = segments - 1; s >= 0; s--) {
        double[] values =
            Arrays.copyOfRange(values(video, segments), s * CROPS * DIM, (s + 1) * CROPS * DIM);
        rows.add(RowFactory.create(video, (long) s, type.cell(values)));
      }
    }
    writeTable(type, DataTypes.LongType, rows.toArray(Row[]::new));

    Manifest manifest = ingest(parquet().build());

    assertSame(segments("train", "0"), expected("a", "b"));
    assertThat(Splits.shape(manifest)).isEqualTo(new Splits.Shape(2, 3, 16));
  }

  // ---- every bad input: its message, and an unchanged workspace

  private record Bad(String name, Setup setup, String message) {
    @Override
    public String toString() {
      return name;
    }
  }

  @FunctionalInterface
  private interface Setup {
    /** Makes the input in the test's folder. */
    IngestOptions.Builder make(IngestStageTest test) throws IOException;
  }

  private static Bad file(
      String name, String file, String descr, String shape, int values, String message) {
    return new Bad(
        name,
        test -> {
          test.writeGood("a", "b");
          test.writeNpy(file, descr, shape, new double[values]);
          return test.npy();
        },
        message);
  }

  private static Bad damaged(String name, UnaryOperator<byte[]> damage, String message) {
    return new Bad(
        name,
        test -> {
          test.writeGood("a", "b");
          byte[] good = Files.readAllBytes(test.input.resolve("a.npy"));
          Files.write(test.input.resolve("c.npy"), damage.apply(good));
          return test.npy();
        },
        message);
  }

  private static Bad perCrop(String name, List<String> files, String message) {
    return new Bad(
        name,
        test -> {
          for (String file : files) {
            test.writeNpy(file, "<f4", "(1, 3)", new double[3]);
          }
          return IngestOptions.builder(
              FeatureFormat.NPY_PER_CROP, "train", List.of(test.input.toString()));
        },
        message);
  }

  private static Bad ranges(String name, String names, String message, double... bounds) {
    return new Bad(
        name,
        test -> {
          test.writeNpy("all.npy", "<f4", "(8, 2, 3)", new double[48]);
          test.writeNpy("ranges.npy", "<i8", "(" + bounds.length / 2 + ", 2)", bounds);
          if (names == null) {
            return test.concat();
          }
          Files.writeString(test.input.resolve("names.txt"), names);
          return test.concat().names(test.input.resolve("names.txt").toString());
        },
        message);
  }

  private static Bad table(String name, String message, Row... rows) {
    return new Bad(
        name,
        test -> {
          test.writeTable(ColumnType.FLOATS, DataTypes.IntegerType, rows);
          return test.parquet();
        },
        message);
  }

  private static Row row(String video, Integer segment, Float... values) {
    return RowFactory.create(video, segment, values.length == 0 ? null : List.of(values));
  }

  private static Bad csv(String name, String text, String message) {
    return new Bad(
        name,
        test -> {
          test.writeGood("a", "b");
          Files.writeString(test.folder.resolve("videos.csv"), text);
          return test.npy().videosCsv(test.folder.resolve("videos.csv").toString());
        },
        message);
  }

  static Stream<Bad> badInputs() {
    double nan = Double.NaN;
    return Stream.of(
        // Finding files.
        new Bad(
            "no such file",
            test -> IngestOptions.builder(FeatureFormat.NPY, "train", List.of("/no/such/*.npy")),
            "Cannot ingest /no/such/*.npy: there is no such file or folder. Check the path."),
        new Bad(
            "no files matched",
            test -> test.npy(),
            "Cannot ingest INPUT: there are no *.npy files in INPUT. Check the path."),
        new Bad(
            "only sub-folders",
            test -> {
              Files.createDirectories(test.input.resolve("Abuse"));
              return test.npy();
            },
            "there are no *.npy files in INPUT (1 sub-folder was not searched: Abuse). Sub-folders"
                + " are not searched; name them, or use INPUT/*."),
        new Bad(
            "unknown file system",
            test -> IngestOptions.builder(FeatureFormat.NPY, "train", List.of("nofs://x/y")),
            "Cannot use nofs://x/y: Hadoop knows no file system for nofs:// (No FileSystem for"
                + " scheme \"nofs\"). Check the path."),
        // The header.
        damaged("empty file", good -> new byte[0], "Cannot read INPUT/c.npy: the file is empty."),
        damaged(
            "no npy file",
            good -> "1,2,3\n".repeat(30).getBytes(StandardCharsets.US_ASCII),
            "Cannot read INPUT/c.npy: it does not start like an npy file."),
        damaged(
            "cut in the header",
            good -> Arrays.copyOf(good, 30),
            "Cannot read INPUT/c.npy: it ends within its header."),
        damaged(
            "truncated",
            good -> Arrays.copyOf(good, good.length - 1),
            "Cannot read INPUT/c.npy: its header says float32 (3, 2, 3), which is 72 bytes, and 71"
                + " follow it. The file is cut short"),
        damaged(
            "overlong",
            good -> Arrays.copyOf(good, good.length + 5),
            "Cannot read INPUT/c.npy: its header says float32 (3, 2, 3), which is 72 bytes, and 77"
                + " follow it. The file is too long"),
        file(
            "header with a wrong shape",
            "c.npy",
            "<f4",
            "(1000000, 2, 3)",
            6,
            "its header says float32 (1000000, 2, 3), which is 24000000 bytes, and 24 follow it"),
        file(
            "header that overflows",
            "c.npy",
            "<f4",
            "(4294967296, 4294967296, 3)",
            6,
            "its header claims the shape [4294967296, 4294967296, 3], more than any file holds"),
        file("wrong rank", "c.npy", "<f4", "(6,)", 6, "has the shape (6,), of rank 1."),
        file(
            "integers", "c.npy", "<i8", "(2, 3)", 6, "Cannot use INPUT/c.npy: its dtype is int64."),
        file("zero segments", "c.npy", "<f4", "(0, 2, 3)", 0, "(0, 2, 3), no segments."),
        new Bad(
            "unknown dtype",
            test -> {
              Files.write(
                  test.input.resolve("c.npy"), NpyBytes.of("<c8", false, "(2, 3)", new byte[48]));
              return test.npy();
            },
            "Cannot read INPUT/c.npy: its dtype '<c8' is unknown. Save it as float16,"),
        new Bad(
            "pickled objects",
            test -> {
              Files.write(
                  test.input.resolve("c.npy"), NpyBytes.of("|O", false, "(2, 3)", new byte[48]));
              return test.npy();
            },
            "it holds pickled Python objects, which are never loaded."),
        // Against the other videos.
        file(
            "another dim",
            "c.npy",
            "<f4",
            "(1, 2, 4)",
            8,
            "Cannot use INPUT/c.npy: its segments are 2 crops × 4 values, those of INPUT/a.npy are"
                + " 2 crops × 3"),
        file(
            "other crops",
            "c.npy",
            "<f4",
            "(1, 5, 3)",
            15,
            "Cannot use INPUT/c.npy: its segments are 5 crops × 3 values, those of INPUT/a.npy are"
                + " 2 crops × 3 (the file's axes are read as segments,crops,dim). Extract all"
                + " videos with the same model and crops, and check --axes."),
        file(
            "duplicate id",
            "a_i3d.npy",
            "<f4",
            "(1, 2, 3)",
            6,
            "Cannot use INPUT/a.npy: its video id 'a' is also that of INPUT/a_i3d.npy. Rename one"),
        // Ids.
        file("blank in front", " c.npy", "<f4", "(1, 2, 3)", 6, "' c' starts or ends with a blank"),
        file("only a suffix", "_i3d.npy", "<f4", "(1, 2, 3)", 6, "the video id is empty. Rename"),
        file(
            "separator",
            "c\\d.npy",
            "<f4",
            "(1, 2, 3)",
            6,
            "Cannot use INPUT/c\\d.npy: the video id 'c\\d' has a path separator. Rename the"
                + " file."),
        file(
            "control character",
            "c\u001bd.npy",
            "<f4",
            "(1, 2, 3)",
            6,
            "Cannot use INPUT/c?d.npy: the video id 'c?d' has a control character."),
        // Values.
        new Bad(
            "NaN",
            test -> {
              test.writeGood("a", "b");
              test.writeNpy("c.npy", "<f4", "(2, 2, 3)", 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, nan, 0);
              return test.npy();
            },
            "Cannot use INPUT/c.npy: NaN at segment 1, crop 1, dimension 1 (counted from 0)."
                + " Extract its features again. Or leave bad videos out with --on-bad-video skip: 2"
                + " videos can be used."),
        new Bad(
            "infinity",
            test -> {
              test.writeNpy("c.npy", "<f2", "(1, 2)", 0, Double.NEGATIVE_INFINITY);
              return test.npy();
            },
            "Cannot use INPUT/c.npy: -Infinity at segment 0, dimension 1 (counted from 0)."),
        new Bad(
            "too large for float32",
            test -> {
              test.writeNpy("c.npy", "<f8", "(1, 2)", 0, 1e39);
              return test.npy();
            },
            "Cannot use INPUT/c.npy: 1.0E39, too large for float32, at segment 0, dimension 1"),
        // One file per crop.
        perCrop(
            "no crop number",
            List.of("a__0.npy", "b.npy"),
            "INPUT/b.npy: its name does not end in __<crop>.npy."),
        perCrop(
            "missing crop",
            List.of("a__0.npy", "a__2.npy"),
            "Cannot use INPUT/a__0.npy: crop 1 of video 'a' is missing."),
        perCrop(
            "crop twice",
            List.of("a__0.npy", "a__00.npy"),
            "its video id 'a' is also that of INPUT/a__0"),
        new Bad(
            "crops of different shapes",
            test -> {
              test.writeNpy("a__0.npy", "<f4", "(1, 3)", 1, 2, 3);
              test.writeNpy("a__1.npy", "<f4", "(2, 3)", 1, 2, 3, 4, 5, 6);
              return IngestOptions.builder(
                  FeatureFormat.NPY_PER_CROP, "train", List.of(test.input.toString()));
            },
            "Cannot use INPUT/a__1.npy: its shape is (2, 3), that of INPUT/a__0.npy is (1, 3)."),
        new Bad(
            "crops in a file a crop",
            test -> {
              test.writeNpy("a__0.npy", "<f4", "(1, 1, 3)", 1, 2, 3);
              test.writeNpy("a__1.npy", "<f4", "(1, 1, 3)", 1, 2, 3);
              return IngestOptions.builder(
                  FeatureFormat.NPY_PER_CROP, "train", List.of(test.input.toString()));
            },
            "its array has the shape (1, 1, 3). A crop's array has the shape (segments, dim)"),
        perCrop(
            "videos of different crops",
            List.of("a__0.npy", "a__1.npy", "b__0.npy"),
            "Cannot use INPUT/b__0.npy: its segments are 1 crop × 3 values, those of INPUT/a__0.npy"
                + " are 2 crops × 3."),
        // One array for all.
        ranges("reversed range", null, "range 1 is [4, 2), reversed. Correct", 0, 2, 4, 2),
        ranges(
            "range beyond", null, "range 1 is [2, 9), out of the array's 8 segments.", 0, 2, 2, 9),
        ranges("empty range", null, "range 1 is [2, 2), no segments.", 0, 2, 2, 2),
        ranges(
            "overlapping ranges",
            null,
            "Cannot use INPUT/ranges.npy: range 1 is [2, 5) and overlaps range 0, [0, 3). Correct"
                + " the range of video 'video_00001'.",
            0,
            3,
            2,
            5,
            5,
            8),
        ranges(
            "too few names",
            "a\n",
            "it has 2 ranges, and the list of names has 1 names",
            0,
            2,
            2,
            8),
        ranges("name twice", "a\na\n", "line 1: 'a' is the name of 2 videos.", 0, 2, 2, 8),
        ranges(
            "unsafe name",
            "a\nAbuse/b\n",
            "Cannot use INPUT/names.txt: line 2: the video id 'Abuse/b' has a path separator.",
            0,
            2,
            2,
            8),
        new Bad(
            "concat in Fortran order",
            test -> {
              Files.write(
                  test.input.resolve("all.npy"), NpyBytes.of("<f4", true, "(2, 3)", new byte[24]));
              test.writeNpy("ranges.npy", "<i8", "(1, 2)", 0, 2);
              return test.concat();
            },
            "Cannot use INPUT/all.npy: it is in Fortran order"),
        new Bad(
            "NaN in concat",
            test -> {
              test.writeNpy("all.npy", "<f4", "(3, 2)", 0, 0, 0, 0, 0, nan);
              test.writeNpy("ranges.npy", "<i8", "(2, 2)", 0, 1, 1, 3);
              return test.concat();
            },
            "INPUT/all.npy: NaN at segment 1, dimension 1 (counted from 0; row 2 of the array)."),
        // Tables.
        new Bad(
            "no Parquet table",
            test -> {
              test.writeGood("a");
              return IngestOptions.builder(
                  FeatureFormat.PARQUET, "train", List.of(test.input.toString()));
            },
            "Cannot read INPUT: it is not a Parquet table."),
        new Bad(
            "no features column",
            test -> {
              test.writeTable(ColumnType.FLOATS, DataTypes.IntegerType, row("a", 0, 1f));
              return test.parquet().featuresColumn("features");
            },
            "it has no column features, only video_id, segment_index, vector. Name the column with"
                + " --features-column."),
        new Bad(
            "index of another type",
            test -> {
              test.writeTable(
                  ColumnType.FLOATS,
                  DataTypes.StringType,
                  RowFactory.create("a", "0", List.of(1f)));
              return test.parquet();
            },
            "its column segment_index has the type string. Make it bigint or int or"),
        table("row without id", "1 rows have no video_id.", row(null, 0, 1f, 2f)),
        table(
            "hole in the indices",
            "the segment_index of video 'a' has 2 different values from 0 to 2 in 2 rows.",
            row("a", 0, 1f, 2f),
            row("a", 2, 1f, 2f)),
        table(
            "index twice",
            "has 3 different values from 0 to 3 in 4 rows.",
            row("a", 0, 1f, 2f),
            row("a", 1, 1f, 2f),
            row("a", 1, 1f, 2f),
            row("a", 3, 1f, 2f)),
        table("row without features", "1 rows of video 'a' have no features.", row("a", 0)),
        table(
            "row without index",
            "has 0 different values from null to null in 1 rows",
            row("a", null, 1f, 2f)),
        table(
            "sizes differ",
            "the features of video 'a' have from 2 to 4 values.",
            row("a", 0, 1f, 2f),
            row("a", 1, 1f, 2f, 3f, 4f)),
        table("odd size", "have 3 values, not 2 crops of the same size.", row("a", 0, 1f, 2f, 3f)),
        table(
            "unsafe id in a table",
            "the video id 'x/y' has a path separator. Rename the video.",
            row("x/y", 0, 1f, 2f)),
        table(
            "NaN in a table",
            "NaN at segment 0, crop 1, dimension 0 of video 'a' (counted from 0).",
            row("a", 0, 1f, Float.NaN)),
        new Bad(
            "no value in a table",
            test -> {
              test.writeTable(
                  ColumnType.FLOATS,
                  DataTypes.IntegerType,
                  RowFactory.create("a", 0, Arrays.asList(1f, null)));
              return test.parquet();
            },
            "no value at segment 0, crop 1, dimension 0 of video 'a' (counted from 0)."),
        new Bad(
            "too large in a table",
            test -> {
              test.writeTable(
                  ColumnType.DOUBLES,
                  DataTypes.IntegerType,
                  RowFactory.create("a", 0, List.of(1e39, 1.0)));
              return test.parquet();
            },
            "1.0E39, too large for float32, at segment 0, crop 0, dimension 0 of video 'a'"),
        new Bad(
            "broken bytes in a table",
            test -> {
              test.writeTable(
                  ColumnType.BYTES, DataTypes.IntegerType, RowFactory.create("a", 0, new byte[9]));
              return test.parquet();
            },
            "the features of video 'a' are not a whole number of float32 values."),
        new Bad(
            "dim of a table",
            test -> {
              test.writeTable(ColumnType.FLOATS, DataTypes.IntegerType, row("a", 0, 1f, 2f));
              return test.parquet().dim(2048);
            },
            "the features of video 'a' have 2 values, not 2 crops × 2048."),
        // The list of videos.
        csv(
            "unknown videos",
            "video_id,fps\na,25\nz,25\ny,25\n",
            "videos.csv: 2 videos of it are not among the ingested ones: z, y; and 1 ingested video"
                + " has no row: b."),
        csv("bad fps", "video_id,fps\na,fast\n", "line 2: fps 'fast'."),
        csv("bad time", "video_id,recorded_at\na,soon\n", "line 2: recorded_at 'soon'."));
  }

  @ParameterizedTest
  @MethodSource("badInputs")
  void badInputIsRefusedAndChangesNothing(Bad bad) throws IOException {
    IngestOptions options = bad.setup().make(this).build();
    assertThatThrownBy(() -> ingest(options))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith("Cannot ")
        .hasMessageContaining(bad.message().replace("INPUT", input.toString()));

    assertThat(filesOf("workspace")).isEmpty();
  }

  private List<String> filesOf(String name) throws IOException {
    Path root = folder.resolve(name);
    if (!Files.exists(root)) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(root)) {
      return files.filter(Files::isRegularFile).map(Path::toString).sorted().toList();
    }
  }

  // ---- many bad videos, and leaving them out

  private void writeManyBad(int count) throws IOException {
    for (int i = 0; i < count; i++) {
      if (i % 2 == 0) {
        writeNpy(String.format("x%02d.npy", i), "<f4", "(6,)", new double[6]);
      } else {
        double[] values = new double[12];
        values[7] = Double.NaN;
        writeNpy(String.format("x%02d.npy", i), "<f4", "(2, 2, 3)", values);
      }
    }
  }

  @Test
  void namesTheFirstTenBadVideosAndHowManyMore() throws IOException {
    writeGood("a", "b");
    for (int i = 0; i < 13; i++) {
      writeNpy(String.format("x%02d.npy", i), "<f4", "(2, 3)", 0, 0, 0, 0, Double.NaN, 0);
      writeNpy(String.format("y%02d.npy", i), "<f4", "(2, 3)", new double[6]);
    }

    assertThatThrownBy(() -> ingest(npy().build()))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith(
            "Cannot ingest 2 videos:\n  Cannot use " + input + "/a.npy: its segm")
        .hasMessageContaining("those of " + input + "/x00.npy are 1 crop × 3");

    Files.delete(input.resolve("a.npy"));
    Files.delete(input.resolve("b.npy"));
    assertThatThrownBy(() -> ingest(npy().build()))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith(
            "Cannot ingest 13 videos:\n  Cannot use "
                + input
                + "/x00.npy: NaN at segment 1, dimension 1")
        .hasMessageContaining("/x09.npy: NaN")
        .hasMessageEndingWith(
            "\n  and 3 more.\nCorrect the files. Or leave bad videos out with --on-bad-video skip:"
                + " 13 videos can be used.");
  }

  @Test
  void leavesBadVideosOutAndSaysSo() throws IOException {
    writeGood("a", "b");
    writeManyBad(5);
    writeNpy("c\\d.npy", "<f4", "(1, 2, 3)", new double[6]);

    Manifest manifest = ingest(npy().skipBadVideos(true).build());

    assertSame(segments("train", "0"), expected("a", "b"));
    assertThat(manifest.rows()).isEqualTo(8);
    assertThat(manifest.details().path("rejected").asInt()).isEqualTo(6);
    assertThat(read(Table.VIDEOS, "train", "0")).hasSize(2);
    List<Row> rejected = read(Table.REJECTED, "train", "0");
    assertThat(rejected)
        .extracting(row -> row.getString(0))
        .containsExactly(null, "x00", "x01", "x02", "x03", "x04");
    assertThat(rejected.get(2).getString(1)).endsWith("/x01.npy");
    assertThat(rejected.get(2).getString(2))
        .isEqualTo(
            "Cannot use "
                + input
                + "/x01.npy: NaN at segment 1, crop 0, dimension 1 (counted from 0). Extract its"
                + " features again.");
    assertThat(told.toString(StandardCharsets.UTF_8))
        .contains("warning: 6 bad videos left out; the reasons are in rejected/split=train");
  }

  @Test
  void nothingLeftIsAnErrorEvenWhenSkipping() throws IOException {
    writeManyBad(2);

    assertThatThrownBy(() -> ingest(npy().skipBadVideos(true).build()))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith("Cannot ingest 2 videos:")
        .hasMessageEndingWith("No video is left. Correct the files.");
    assertThat(filesOf("workspace")).isEmpty();
  }

  // ---- names with any characters, and other entries of a folder

  /** Each is a video, or rejected because of a character that is forbidden in ids. */
  @Test
  void readsFilesOfAnyName() throws IOException {
    List<String> refused = List.of("w\\x", "\\*", "w\tx", "w\nx", " wx", "wx ");
    List<String> names =
        Stream.of(
                HostileNames.all(),
                HostileNames.neighbours().stream(),
                Stream.of("w\tx", "w\nx", " wx", "wx ", "_w", "-w", "cam1_12:30:00"))
            .flatMap(each -> each)
            .distinct()
            .toList();
    for (String name : names) {
      writeNpy(name + ".npy", "<f4", "(2, 3)", new double[6]);
    }

    ingest(npy().skipBadVideos(true).build());

    assertThat(read(Table.VIDEOS, "train", "0"))
        .extracting(row -> row.getString(0))
        .containsExactlyInAnyOrderElementsOf(
            names.stream().filter(name -> !refused.contains(name)).toList());
    assertThat(read(Table.REJECTED, "train", "0"))
        .hasSize(refused.size())
        .allSatisfy(row -> assertThat(row.getString(2)).contains("Rename the file."));
  }

  @Test
  void countsWhatItDoesNotReadAndRejectsWhatItCannot() throws IOException {
    writeGood("a");
    Files.move(
        Files.write(folder.resolve("b"), Files.readAllBytes(input.resolve("a.npy"))),
        input.resolve("b_i3d.NPY"));
    for (String name : List.of("1.txt", "2.txt", "3.txt", "4.txt", ".DS_Store")) {
      Files.writeString(input.resolve(name), "");
    }
    Files.createDirectory(input.resolve("more"));
    Files.createSymbolicLink(input.resolve("gone.npy"), Path.of("/no/such"));

    Manifest manifest = ingest(npy().skipBadVideos(true).build());

    assertThat(read(Table.VIDEOS, "train", "0"))
        .extracting(row -> row.getString(0))
        .containsExactly("a", "b");
    assertThat(read(Table.REJECTED, "train", "0"))
        .extracting(row -> row.getString(2))
        .containsExactly(
            "Cannot use "
                + input
                + "/gone.npy: it is a link to a file that does not exist. Put a file there,"
                + " rename it, or remove it.");
    assertThat(manifest.details().path("left_out").asInt()).isEqualTo(6);
    assertThat(told.toString(StandardCharsets.UTF_8))
        .containsOnlyOnce(
            "warning: 4 files were left out, not named *.npy: 1.txt, 2.txt, 3.txt, ...; 1 hidden"
                + " file was left out: .DS_Store; 1 sub-folder was not searched: more\n");
  }

  // ---- axes

  @Test
  void refusesArraysThatAreProbablyLaidOutOtherwise() throws IOException {
    writeNpy("a.npy", "<f4", "(2, 9, 16)", new double[2 * 9 * 16]);
    writeNpy("b.npy", "<f4", "(2, 7, 16)", new double[2 * 7 * 16]);

    assertThatThrownBy(() -> ingest(npy().build()))
        .isInstanceOf(DataException.class)
        .hasMessage(
            "Cannot ingest 2 videos: the axes are probably in another order: read as"
                + " segments,crops,dim, the arrays have segments of 2 different shapes; "
                + input
                + "/a.npy would be 2 segments of 9 crops × 16. If that is right, confirm it with"
                + " --axes segments,crops,dim; if the crops come first, use --axes"
                + " crops,segments,dim; otherwise save the arrays with their axes in this order"
                + " (numpy.transpose).");
    // Nor with the odd ones out.
    assertThatThrownBy(() -> ingest(npy().skipBadVideos(true).build()))
        .hasMessageStartingWith("Cannot ingest 2 videos: the axes are probably in another order");
    assertThat(filesOf("workspace")).isEmpty();

    Manifest manifest = ingest(npy().axes(Axes.CROPS_SEGMENTS_DIM).build());
    assertThat(Splits.shape(manifest)).isEqualTo(new Splits.Shape(2, 16, 16));
  }

  @Test
  void warnsOfArraysThatMayBeLaidOutOtherwiseUnlessTheUserSaysThatTheyAreRight()
      throws IOException {
    writeNpy("a.npy", "<f4", "(4, 3)", new double[12]);
    writeNpy("b.npy", "<f4", "(4, 3)", new double[12]);

    ingest(npy().axes(Axes.SEGMENTS_CROPS_DIM).build());
    assertThat(told.toString(StandardCharsets.UTF_8)).doesNotContain("warning");
    ingest(npy().build(), WriteMode.OVERWRITE);
    assertThat(told.toString(StandardCharsets.UTF_8))
        .containsOnlyOnce(
            "warning: the axes may be in another order: read as segments,crops,dim, the arrays have"
                + " 4 segments in every video, more than the values of a crop (3); "
                + input
                + "/a.npy would be 4 segments of 1 crop × 3. If that is right, confirm it with"
                + " --axes segments,crops,dim.");

    // SeenSegments of this shape is known now.
    told.reset();
    ingest(IngestOptions.builder(FeatureFormat.NPY, "test", List.of(input.toString())).build());
    assertThat(told.toString(StandardCharsets.UTF_8)).doesNotContain("warning");
  }

  @Test
  void judgesTheAxesOfTheOtherFormatsToo() throws IOException {
    for (int i = 0; i < 3; i++) {
      for (int crop = 0; crop < 2; crop++) {
        writeNpy(
            "v" + i + "__" + crop + ".npy",
            "<f4",
            "(64, " + (5 + i) + ")",
            new double[64 * (5 + i)]);
      }
    }
    IngestOptions.Builder perCrop =
        IngestOptions.builder(FeatureFormat.NPY_PER_CROP, "train", List.of(input.toString()));
    assertThatThrownBy(() -> ingest(perCrop.build()))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("the arrays have segments of 3 different shapes")
        .hasMessageNotContaining("crops,segments,dim");

    writeNpy("all.npy", "<f4", "(8, 24, 2)", new double[8 * 24 * 2]);
    writeNpy("ranges.npy", "<i8", "(2, 2)", 0, 4, 4, 8);
    assertThatThrownBy(() -> ingest(concat().build()))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("the arrays have 24 crops, more than 16");
    assertThat(ingest(concat().axes(Axes.SEGMENTS_CROPS_DIM).build()).rows()).isEqualTo(8);
  }

  // ---- batches, splits, write modes

  @Test
  void refusesVideosOfAnotherBatchOfTheSplit() throws IOException {
    writeGood("a");
    ingest(npy().build());
    writeGood("b");

    assertThatThrownBy(() -> ingest(npy().batch("1").build()))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith(
            "Cannot use "
                + input
                + "/a.npy: video 'a' is already in segments/split=train/batch=0. Leave it out, or"
                + " replace that batch with --batch 0 --write-mode overwrite.");
    ingest(npy().batch("1").skipBadVideos(true).build());
    assertSame(segments("train", "1"), expected("b"));

    IngestOptions test =
        IngestOptions.builder(FeatureFormat.NPY, "test", List.of(input.toString())).build();
    ingest(test);
    assertSame(segments("test", "0"), expected("a", "b"));
  }

  @Test
  void warnsOfAnotherShapeInAnotherSplit() throws IOException {
    writeGood("a");
    ingest(npy().build());
    Files.delete(input.resolve("a.npy"));
    writeNpy("c.npy", "<f4", "(1, 3)", 1, 2, 3);

    ingest(IngestOptions.builder(FeatureFormat.NPY, "test", List.of(input.toString())).build());

    assertThat(told.toString(StandardCharsets.UTF_8))
        .contains("warning: segments/split=train/batch=0 has 2 crops × 3, not 1 crop × 3:");
  }

  @Test
  void refusesAnotherShapeThanTheSplitHas() throws IOException {
    writeGood("a");
    ingest(npy().build());
    Files.delete(input.resolve("a.npy"));
    writeNpy("c.npy", "<f4", "(1, 3)", 1, 2, 3);

    assertThatThrownBy(() -> ingest(npy().batch("1").build()))
        .isInstanceOf(DataException.class)
        .hasMessageContaining(
            "c.npy: its segments are 1 crop × 3 values, those of segments/split=train/batch=0 are"
                + " 2 crops × 3.");
    assertThatThrownBy(() -> ingest(npy().batch("1").framesPerSegment(32).build()))
        .isInstanceOf(DataException.class)
        .hasMessage(
            "Cannot ingest with --frames-per-segment 32: segments/split=train/batch=0 has 16. Use"
                + " the same for all batches.");
  }

  @Test
  void obeysTheWriteMode() throws IOException {
    writeGood("a");
    ingest(npy().build());

    ingest(npy().build(), WriteMode.SKIP);
    assertThat(told.toString(StandardCharsets.UTF_8))
        .contains("skipped: segments/split=train/batch=0 is up to date");
    assertThatThrownBy(() -> ingest(npy().build()))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("it already exists");
    writeGood("b");
    assertThatThrownBy(() -> ingest(npy().build(), WriteMode.SKIP))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("made from other inputs");
    ingest(npy().build(), WriteMode.OVERWRITE);
    assertSame(segments("train", "0"), expected("a", "b"));
  }

  // ---- the rest

  @Test
  void takesWhatTheListOfVideosSays() throws IOException {
    writeGood("a", "b");
    Files.writeString(
        folder.resolve("videos.csv"),
        "video_id,source,fps,recorded_at,camera\n"
            + "a,rtsp://gate,29.97,2026-11-23T08:30:00Z,\"gate, north\"\n");

    ingest(npy().videosCsv(folder.resolve("videos.csv").toString()).build());

    List<Row> videos = read(Table.VIDEOS, "train", "0");
    assertThat(videos.get(0))
        .isEqualTo(
            RowFactory.create(
                "a",
                "rtsp://gate",
                29.97,
                Timestamp.from(Instant.parse("2026-11-23T08:30:00Z")),
                "gate, north"));
    assertThat(videos.get(1).getString(1)).endsWith("b.npy");
    assertThat(videos.get(1).isNullAt(2)).isTrue();
  }

  @Test
  void oneListOfVideosServesSeveralSplits() throws IOException {
    writeGood("a", "b");
    Files.writeString(folder.resolve("videos.csv"), "video_id,fps\na,25\nb,30\nelsewhere,50\n");

    ingest(npy().videosCsv(folder.resolve("videos.csv").toString()).build());

    List<Row> videos = read(Table.VIDEOS, "train", "0");
    assertThat(videos.get(0).getDouble(2)).isEqualTo(25);
    assertThat(videos.get(1).getDouble(2)).isEqualTo(30);
    assertThat(videos).hasSize(2);
  }

  @Test
  void inputsMayBeFilesFoldersAndGlobs() throws IOException {
    writeGood("a", "b");
    Path odd = Files.createDirectories(folder.resolve("odd {x} [1]"));
    Files.move(input.resolve("b.npy"), odd.resolve("b.npy"));

    ingest(
        IngestOptions.builder(
                FeatureFormat.NPY,
                "train",
                List.of(
                    input.resolve("a.npy").toString(),
                    folder.resolve("in*").toString(),
                    odd.toString()))
            .build());

    assertSame(segments("train", "0"), expected("a", "b"));
  }

  @Test
  void rowGroupsStayBelow16MiB() throws IOException {
    int segments = 700;
    int values = 10 * 2048;
    byte[] data = new byte[segments * values * 4];
    Files.write(
        input.resolve("a.npy"), NpyBytes.of("<f4", false, "(" + segments + ", 10, 2048)", data));

    ingest(npy().build());

    long rows = 0;
    for (String file : filesOf("workspace/segments")) {
      if (!file.endsWith(".parquet")) {
        continue;
      }
      try (ParquetFileReader reader =
          ParquetFileReader.open(
              HadoopInputFile.fromPath(new org.apache.hadoop.fs.Path(file), new Configuration()))) {
        List<BlockMetaData> blocks = reader.getRowGroups();
        for (BlockMetaData block : blocks) {
          rows += block.getRowCount();
          assertThat(block.getTotalByteSize()).isLessThanOrEqualTo(16L << 20);
          assertThat(block.getColumns())
              .allSatisfy(
                  column -> {
                    assertThat(column.getCodec()).isEqualTo(CompressionCodecName.UNCOMPRESSED);
                    assertThat(column.getEncodings())
                        .doesNotContain(Encoding.PLAIN_DICTIONARY, Encoding.RLE_DICTIONARY);
                  });
        }
        // Small, but no smaller than necessary.
        assertThat(blocks.stream().max(Comparator.comparing(BlockMetaData::getTotalByteSize)))
            .hasValueSatisfying(
                block -> assertThat(block.getTotalByteSize()).isGreaterThan(14L << 20));
      }
    }
    assertThat(rows).isEqualTo(segments);
  }

  @Test
  void refusesOptionsThatDoNotGoTogether() {
    List<String> one = List.of("x");
    assertUsage(
        IngestOptions.builder(FeatureFormat.NPY, "train", List.of()), "no --input is given");
    assertUsage(IngestOptions.builder(FeatureFormat.CONCAT, "train", one), "no --ranges are given");
    assertUsage(
        IngestOptions.builder(FeatureFormat.CONCAT, "train", List.of("x", "y")).ranges("r"),
        "2 inputs are given");
    assertUsage(
        IngestOptions.builder(FeatureFormat.NPY, "train", one).ranges("r"),
        "Cannot use --ranges with --format npy: it is for --format concat only.");
    assertUsage(IngestOptions.builder(FeatureFormat.NPY, "train", one).names("n"), "--names");
    assertUsage(IngestOptions.builder(FeatureFormat.NPY, "train", one).crops(2), "--crops");
    assertUsage(IngestOptions.builder(FeatureFormat.NPY, "train", one).dim(2), "--dim");
    assertUsage(
        IngestOptions.builder(FeatureFormat.NPY, "train", one).featuresColumn("f"),
        "--features-column");
    assertUsage(
        IngestOptions.builder(FeatureFormat.PARQUET, "train", one).axes(Axes.CROPS_SEGMENTS_DIM),
        "Cannot use --axes with --format parquet: it is for --format npy only.");
    assertUsage(
        IngestOptions.builder(FeatureFormat.NPY, "train", one).framesPerSegment(0),
        "Cannot use --frames-per-segment 0");
    assertUsage(IngestOptions.builder(FeatureFormat.NPY, "a/b", one), "Cannot use --split 'a/b'");
    assertUsage(IngestOptions.builder(FeatureFormat.NPY, "a", one).batch(".."), "--batch '..'");
  }

  private static void assertUsage(IngestOptions.Builder builder, String found) {
    assertThatThrownBy(builder::build)
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith("Cannot ")
        .hasMessageContaining(found);
  }
}
