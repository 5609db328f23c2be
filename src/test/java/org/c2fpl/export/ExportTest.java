package org.c2fpl.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.univocity.parsers.csv.CsvParser;
import com.univocity.parsers.csv.CsvParserSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.c2fpl.errors.DataException;
import org.c2fpl.stage.StageContext;
import org.c2fpl.testing.Fixtures;
import org.c2fpl.workspace.Json;
import org.c2fpl.workspace.Leaf;
import org.c2fpl.workspace.Table;
import org.c2fpl.workspace.WriteMode;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** All formats are read back by readers that share nothing with the writers. */
class ExportTest {
  private static final List<String> COLUMNS =
      List.of(
          "video_id",
          "start_frame",
          "end_frame",
          "start_seconds",
          "end_seconds",
          "peak_score",
          "mean_score",
          "model",
          "split",
          "batch",
          "label",
          "class");

  /** Names that upset CSV, JSON, WebVTT, spreadsheets and file systems. */
  private static final List<String> HOSTILE =
      List.of(
          "=cmd|'/C calc'!A0",
          "say \"hi\", twice",
          "a --> b & <c>",
          "CON",
          "aux.mp4",
          ".hidden",
          "Ünïcödé 監視",
          "a:b*c?",
          "x".repeat(180),
          "x".repeat(180) + "y");

  @TempDir Path folder;
  private StageContext context;

  @BeforeEach
  void detections() {
    context = Fixtures.context(folder.resolve("w"));
    put(
        "test",
        "b0",
        detection("Cam", 0, 16, 25.0, 0.5),
        detection("Cam", 90_000 * 2, 90_000 * 2 + 32, 25.0, 0.9),
        detection("cam", 32, 48, 25.0, 0.7));
    put("test", "b1", detection("late", 16, 64, 25.0, 0.95), detection("dim", 0, 16, 25.0, 0.6));
    put("train", "b0", detection("Cam", 0, 16, 25.0, 0.8));
  }

  private void put(String split, String batch, Row... rows) {
    Leaf leaf = Leaf.of(Table.DETECTIONS, split, batch);
    Fixtures.put(context, leaf, List.of(rows), 2, details -> {});
    List<Row> videos =
        Stream.of(rows)
            .map(row -> row.getString(0))
            .distinct()
            .map(id -> RowFactory.create(id, null, null, null, null))
            .toList();
    Fixtures.put(context, leaf.in(Table.VIDEOS), videos);
  }

  private static Row detection(String video, long start, long end, Double fps, double peak) {
    return RowFactory.create(
        video,
        start,
        end,
        fps == null ? null : start / fps,
        fps == null ? null : end / fps,
        peak,
        peak / 3,
        "detector-1");
  }

  private void hostile(Double fps) {
    put(
        "hostile",
        "b0",
        HOSTILE.stream().map(id -> detection(id, 0, 16, fps, 0.5)).toArray(Row[]::new));
  }

  private ExportOptions options(ExportFormat format, Path output) {
    return new ExportOptions(
        Exported.DETECTIONS,
        format,
        output.toString(),
        List.of(),
        List.of(),
        List.of(),
        null,
        null,
        null);
  }

  private static ExportOptions with(
      ExportOptions o, List<String> splits, List<String> videos, Integer topK, Double fps) {
    return new ExportOptions(
        o.what(), o.format(), o.output(), splits, o.batches(), videos, topK, o.minScore(), fps);
  }

  private List<String[]> csv(Path file) throws IOException {
    CsvParserSettings settings = new CsvParserSettings();
    settings.getFormat().setLineSeparator("\r\n");
    settings.setNormalizeLineEndingsWithinQuotes(false);
    settings.setIgnoreLeadingWhitespaces(false);
    settings.setIgnoreTrailingWhitespaces(false);
    return new CsvParser(settings).parseAll(Files.newBufferedReader(file));
  }

  private static List<JsonNode> lines(Path file) throws IOException {
    List<JsonNode> lines = new ArrayList<>();
    for (String line : Files.readAllLines(file)) {
      lines.add(Json.MAPPER.readTree(line));
    }
    return lines;
  }

  @Test
  void csvHasTheTablesColumnsThenWhereAVideoIsFromAndItsTruth() throws Exception {
    Fixtures.put(
        context,
        Leaf.of(Table.ANNOTATIONS),
        List.of(RowFactory.create("late", "test", 1, 64L, "Fire, \"big\"", new Row[0])));
    Path file = folder.resolve("out/detections.csv");
    Export.run(context, options(ExportFormat.CSV, file));
    List<String[]> rows = csv(file);
    assertThat(rows.get(0)).containsExactlyElementsOf(COLUMNS);
    assertThat(
            rows.subList(1, rows.size()).stream()
                .map(row -> row[8] + "/" + row[9] + " " + row[0] + " " + row[1]))
        .as("by split, video and frame")
        .containsExactly(
            "test/b0 Cam 0",
            "test/b0 Cam 180000",
            "test/b0 cam 32",
            "test/b1 dim 0",
            "test/b1 late 16",
            "train/b0 Cam 0");
    assertThat(rows.get(5))
        .containsExactly(
            "late",
            "16",
            "64",
            "0.64",
            "2.56",
            "0.95",
            Double.toString(0.95 / 3),
            "detector-1",
            "test",
            "b1",
            "1",
            "Fire, \"big\"");
    assertThat(rows.get(1)[10]).as("no truth").isNull();
    assertThat(Files.readString(file)).as("lines as RFC 4180 ends them").endsWith("\r\n");
    try (Stream<Path> files = Files.list(file.getParent())) {
      assertThat(files).as("nothing is left beside").containsExactly(file);
    }
  }

  @Test
  void theStrongestAreTakenOverAllBatchesAndSplits() throws Exception {
    Path file = folder.resolve("top.jsonl");
    Export.run(context, with(options(ExportFormat.JSONL, file), List.of(), List.of(), 3, null));
    assertThat(lines(file).stream().map(row -> row.path("peak_score").asDouble()))
        .containsExactly(0.95, 0.9, 0.8);
    assertThat(lines(file).get(0).fieldNames()).toIterable().containsExactlyElementsOf(COLUMNS);
    assertThat(lines(file).get(0).path("label").isNull()).isTrue();
  }

  @Test
  void splitsBatchesVideosAndScoresAreChosen() throws Exception {
    Path file = folder.resolve("some.jsonl");
    Export.run(
        context,
        new ExportOptions(
            Exported.DETECTIONS,
            ExportFormat.JSONL,
            file.toString(),
            List.of("test"),
            List.of("b0"),
            List.of("Cam", "late"),
            null,
            0.6,
            null));
    assertThat(lines(file).stream().map(row -> row.path("start_frame").asInt()))
        .containsExactly(180_000);
    assertThatThrownBy(
            () ->
                Export.run(
                    context,
                    with(
                        options(ExportFormat.CSV, folder.resolve("x")),
                        List.of(),
                        List.of("lat"),
                        null,
                        null)))
        .isInstanceOf(DataException.class)
        .hasMessage(
            "Cannot export video 'lat': the workspace has no such video. Did you mean late, Cam,"
                + " cam? Give the id as the tables have it.");
    assertThat(folder.resolve("x")).doesNotExist();
  }

  @Test
  void hostileNamesComeBackAsTheyWere() throws Exception {
    hostile(25.0);
    Path csv = folder.resolve("hostile.csv");
    Path jsonl = folder.resolve("hostile.jsonl");
    Export.run(
        context, with(options(ExportFormat.CSV, csv), List.of("hostile"), List.of(), null, null));
    Export.run(
        context,
        with(options(ExportFormat.JSONL, jsonl), List.of("hostile"), List.of(), null, null));
    assertThat(csv(csv).stream().skip(1).map(row -> row[0]))
        .containsExactlyInAnyOrderElementsOf(HOSTILE);
    assertThat(lines(jsonl).stream().map(row -> row.path("video_id").asText()))
        .containsExactlyInAnyOrderElementsOf(HOSTILE);
  }

  @Test
  void fieldsAreQuotedAsRfc4180Asks() throws Exception {
    hostile(25.0);
    Path csv = folder.resolve("hostile.csv");
    Export.run(
        context, with(options(ExportFormat.CSV, csv), List.of("hostile"), List.of(), null, null));
    assertThat(Files.readString(csv)).contains("\r\n\"say \"\"hi\"\", twice\",0,16,");
  }

  @Test
  void scoresOfSegmentsAreExportedToo() throws Exception {
    Fixtures.put(
        context,
        Leaf.of(Table.SEGMENT_SCORES, "test", "b0"),
        List.of(RowFactory.create("Cam", 1, 0.25, "m"), RowFactory.create("Cam", 0, 1e-5, "m")));
    Path file = folder.resolve("scores.csv");
    Export.run(
        context,
        new ExportOptions(
            Exported.SCORES,
            ExportFormat.CSV,
            file.toString(),
            List.of(),
            List.of(),
            List.of(),
            null,
            null,
            null));
    assertThat(Files.readString(file))
        .isEqualTo(
            "video_id,segment_index,score,model,split,batch,label,class\r\n"
                + "Cam,0,1.0E-5,m,test,b0,,\r\n"
                + "Cam,1,0.25,m,test,b0,,\r\n");
  }

  @Test
  void aFileThatIsThereIsReplacedOnlyWhenAskedTo() throws Exception {
    Path file = Files.writeString(folder.resolve("mine.csv"), "precious");
    assertThatThrownBy(() -> Export.run(context, options(ExportFormat.CSV, file)))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("it already exists. Use --write-mode overwrite");
    assertThat(file).hasContent("precious");
    Export.run(
        Fixtures.context(folder.resolve("w"), 0, WriteMode.OVERWRITE),
        options(ExportFormat.CSV, file));
    assertThat(csv(file)).hasSize(7);
    assertThatThrownBy(() -> Export.run(context, options(ExportFormat.CSV, folder)))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("it is a folder");
  }

  @Test
  void moreRowsThanThePieceOfADriverKeepTheirOrder() throws Exception {
    int many = Export.ROWS_AT_ONCE * 2 + 7;
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < many; i++) {
      rows.add(RowFactory.create("v" + i % 3, i, i % 100 / 100.0, "m"));
    }
    Fixtures.put(
        context,
        Leaf.of(Table.SEGMENT_SCORES, "test", "b0"),
        Fixtures.shuffled(rows, 1),
        4,
        d -> {});
    Path file = folder.resolve("many.jsonl");
    Export.run(
        context,
        new ExportOptions(
            Exported.SCORES,
            ExportFormat.JSONL,
            file.toString(),
            List.of(),
            List.of(),
            List.of(),
            null,
            null,
            null));
    List<String> found =
        lines(file).stream()
            .map(
                row ->
                    String.format(
                        Locale.ROOT,
                        "%s %07d",
                        row.path("video_id").asText(),
                        row.path("segment_index").asInt()))
            .toList();
    assertThat(found).hasSize(many).isSorted().doesNotHaveDuplicates();
  }

  @Test
  void chaptersAreWebVttOfDisjointCuesAFileAVideo() throws Exception {
    hostile(null);
    Path chapters = folder.resolve("chapters");
    assertThatThrownBy(() -> Export.run(context, options(ExportFormat.WEBVTT, chapters)))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("Give --fps N for the videos that lack it");
    assertThat(chapters).doesNotExist();

    Export.run(
        context, with(options(ExportFormat.WEBVTT, chapters), List.of(), List.of(), null, 30.0));
    TreeMap<String, List<StrictWebVtt.Cue>> files = new TreeMap<>();
    for (JsonNode entry : lines(chapters.resolve("chapters.jsonl"))) {
      Path file = chapters.resolve(entry.path("file").asText());
      List<StrictWebVtt.Cue> cues = StrictWebVtt.chapters(Files.readString(file));
      assertThat(cues).hasSize(entry.path("cues").asInt());
      files.put(entry.path("split").asText() + "/" + entry.path("video_id").asText(), cues);
    }
    Set<String> expected =
        new TreeSet<>(Set.of("test/Cam", "test/cam", "test/late", "test/dim", "train/Cam"));
    HOSTILE.forEach(id -> expected.add("hostile/" + id));
    assertThat(files.keySet()).isEqualTo(expected);
    assertThat(files.get("test/Cam"))
        .as("at its own 25 frames a second; two hours in")
        .containsExactly(
            new StrictWebVtt.Cue(0, 640, "Anomaly 0.500, frames 0 to 15"),
            new StrictWebVtt.Cue(7_200_000, 7_201_280, "Anomaly 0.900, frames 180000 to 180031"));
    assertThat(files.get("hostile/CON"))
        .as("at the 30 that were given")
        .containsExactly(new StrictWebVtt.Cue(0, 533, "Anomaly 0.500, frames 0 to 15"));
    assertThat(Files.readString(chapters.resolve("late.vtt")))
        .contains("00:00:00.640 --> 00:00:02.560");
  }

  @Test
  void namesOfFilesAreSafeAndNeverTheSame() {
    FileNames names = new FileNames();
    List<String> all = new ArrayList<>(HOSTILE);
    all.addAll(List.of("Cam", "cam", "CAM", "a/b", "a_b", "a?b", "..", "Abuse028_x264"));
    Set<String> seen = new HashSet<>();
    for (String id : all) {
      String name = names.of("test", id);
      assertThat(name).matches("[A-Za-z0-9_-][A-Za-z0-9._~-]*").hasSizeLessThan(128);
      assertThat(seen.add(name.toLowerCase(Locale.ROOT))).as(id).isTrue();
    }
    assertThat(names.of("train", "Cam")).startsWith("Cam~");
    assertThat(new FileNames().of("test", "Abuse028_x264")).isEqualTo("Abuse028_x264");
  }

  @Test
  void chaptersOfBeforeGoAndOtherFilesStay() throws Exception {
    Path chapters = folder.resolve("chapters");
    Export.run(context, options(ExportFormat.WEBVTT, chapters));
    Files.writeString(chapters.resolve("late.mp4"), "video");
    assertThatThrownBy(() -> Export.run(context, options(ExportFormat.WEBVTT, chapters)))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("it already has chapters");
    Export.run(
        Fixtures.context(folder.resolve("w"), 0, WriteMode.OVERWRITE),
        with(options(ExportFormat.WEBVTT, chapters), List.of("test"), List.of("dim"), null, null));
    try (Stream<Path> files = Files.list(chapters)) {
      assertThat(files.map(file -> file.getFileName().toString()).collect(Collectors.toSet()))
          .containsExactlyInAnyOrder("chapters.jsonl", "dim.vtt", "late.mp4");
    }
  }

  @Test
  void theStrongestAsChaptersAreInTheOrderOfTheirVideos() throws Exception {
    Path chapters = folder.resolve("chapters");
    Export.run(
        context, with(options(ExportFormat.WEBVTT, chapters), List.of("test"), List.of(), 2, null));
    assertThat(
            lines(chapters.resolve("chapters.jsonl")).stream()
                .map(entry -> entry.path("file").asText()))
        .containsExactly("Cam.vtt", "late.vtt");
  }

  @Test
  void nothingScoredIsSaidSo() {
    StageContext empty = Fixtures.context(folder.resolve("empty"));
    assertThatThrownBy(() -> Export.run(empty, options(ExportFormat.CSV, folder.resolve("x.csv"))))
        .isInstanceOf(DataException.class)
        .hasMessageEndingWith("it was not made yet. Run 'c2fpl score' first.");
  }
}
