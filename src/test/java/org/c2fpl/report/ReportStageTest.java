package org.c2fpl.report;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.rand;
import static org.apache.spark.sql.functions.sequence;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.c2fpl.detector.DetectorArchitecture;
import org.c2fpl.detector.DetectorModel;
import org.c2fpl.detector.ModelStore;
import org.c2fpl.evaluate.EvaluateStage;
import org.c2fpl.method.evaluation.TailPolicy;
import org.c2fpl.report.page.ReportData;
import org.c2fpl.stage.StageContext;
import org.c2fpl.stage.StageRunner;
import org.c2fpl.testing.Fixtures;
import org.c2fpl.testing.SharedSpark;
import org.c2fpl.testing.SmallWorkspace;
import org.c2fpl.workspace.Json;
import org.c2fpl.workspace.Leaf;
import org.c2fpl.workspace.LeafTransaction;
import org.c2fpl.workspace.ManifestDraft;
import org.c2fpl.workspace.Table;
import org.c2fpl.workspace.WriteMode;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportStageTest {
  private static final int FRAMES = 16;
  private static final double STEP = 1.0 / 65535;
  private static final Map<String, Object> SCORED = Map.of("threshold", 0.5);
  private static final Map<String, Object> FINE =
      Map.of("alpha", 0.05, "segment_labels", "window", "split", "train");

  @TempDir Path folder;
  private SmallWorkspace small;
  private StageContext context;

  @BeforeEach
  void open() {
    small = new SmallWorkspace(folder.resolve("w"));
    context = small.context(WriteMode.OVERWRITE);
  }

  @Test
  void tellsWhatTheTablesHave() throws IOException {
    complete(2);
    StageRunner.run(
        context,
        new EvaluateStage(),
        new EvaluateStage.Options(
            "test", TailPolicy.REPEAT, EvaluateStage.MissingScores.FAIL, "train", 20, 0));
    JsonNode data = report();

    assertThat(data.path("framesPerSegment").asInt()).isEqualTo(FRAMES);
    assertThat(data.path("threshold").asDouble()).isEqualTo(0.5);
    assertThat(data.path("totals").toString())
        .isEqualTo("{\"videos\":4,\"detections\":3,\"listedVideos\":4,\"listedDetections\":3}");
    assertThat(texts(data.path("videos"), "id")).containsExactly("a/b", "b", "b", "c");
    assertThat(texts(data.path("videos"), "batch")).containsExactly("0", "1", "0", "0");
    assertThat(texts(data.path("videos"), "split"))
        .containsExactly("test", "test", "friday", "test");
    JsonNode first = data.path("videos").path(0);
    assertThat(first.path("fps").asDouble()).isEqualTo(25.0);
    assertThat(first.path("recordedAt").asText()).isEqualTo("2026-01-02T03:04:05Z");
    assertThat(first.path("camera").asText()).isEqualTo("gate");
    assertThat(first.path("class").asText()).isEqualTo("Arson");
    assertThat(first.path("truth").toString()).isEqualTo("[[16,32]]");
    assertThat(first.path("peak").asDouble()).isEqualTo(0.9);
    assertThat(first.path("mean").asDouble()).isCloseTo(0.4, within(1e-6));
    assertThat(first.path("auc").asDouble()).isEqualTo(1.0);
    assertThat(numbers(first.path("high").asText())).hasSize(3);
    assertThat(numbers(first.path("high").asText())[1]).isCloseTo(0.9, within(STEP));
    assertThat(first.path("low").isNull()).isTrue();
    assertThat(data.path("videos").path(2).path("truth").isNull())
        .as("nothing is known of split friday")
        .isTrue();

    JsonNode detection = data.path("detections").path(0);
    assertThat(detection.path("video").asInt()).isZero();
    assertThat(detection.path("start").asLong()).isEqualTo(16);
    assertThat(detection.path("startSeconds").asDouble()).isEqualTo(16 / 25.0);
    assertThat(texts(data.path("detections"), "video")).containsExactly("0", "1", "2");

    JsonNode metrics = metrics();
    JsonNode curve = data.path("curves").path("roc").path(0);
    assertThat(curve.path("name").asText()).isEqualTo("detector");
    assertThat(curve.path("area").asDouble())
        .isCloseTo(metrics.path("frame_auc").asDouble(), within(1e-6));
    assertThat(texts(data.path("curves").path("pr"), "name")).contains("detector", "norm");
    for (JsonNode each : data.path("curves").path("roc")) {
      assertThat(area(each)).isCloseTo(each.path("area").asDouble(), within(1e-3));
    }
    assertThat(data.path("curves").path("positives").asDouble())
        .isCloseTo(
            metrics.path("positives").asDouble() / metrics.path("frames").asDouble(), within(1e-6));
  }

  @Test
  void tellsWhatThePseudoLabelsWereMadeOf() throws IOException {
    complete(1);
    JsonNode data = report();
    JsonNode video = data.path("training").path(0);
    assertThat(texts(data.path("training"), "id")).containsExactly("t1", "t2");
    assertThat(video.path("window").toString()).isEqualTo("[1,3]");
    assertThat(video.path("labels").toString()).isEqualTo("[[1,3]]");
    assertThat(video.path("norms").toString()).isEqualTo("[1.0,5.0,6.0,1.5]");
    assertThat(video.path("p").toString()).isEqualTo("[0.3,0.001,1.0E-4,0.3]");
    assertThat(video.path("alpha").asDouble()).isEqualTo(0.05);
    JsonNode scatter = data.path("scatter");
    assertThat(scatter.path("total").asInt()).isEqualTo(3);
    assertThat(texts(scatter.path("points"), "name")).containsExactly("normal", "iteration 1");
    assertThat(scatter.path("points").path(1).path("ids").toString()).isEqualTo("[\"t1\",\"t2\"]");
    assertThat(scatter.path("ellipses").size()).isEqualTo(1);
    assertThat(scatter.path("ellipses").path(0).path("covariance").toString())
        .isEqualTo("[1.0,0.5,0.5,2.0]");
    JsonNode nullModel = data.path("nullModel");
    assertThat(nullModel.path("edges").size()).isEqualTo(61);
    assertThat(sum(nullModel.path("normal"))).isEqualTo(2);
    assertThat(sum(nullModel.path("anomalous"))).isEqualTo(8);
    assertThat(nullModel.path("deviation").asDouble()).isEqualTo(0.5);
    assertThat(data.path("losses").toString()).isEqualTo("[0.7,0.5]");
    JsonNode drift = data.path("drift");
    assertThat(drift.path("reference").asText()).isEqualTo("train");
    // From norms 1, 1, 3, 3 and 2, 4, by the means and deviations of their videos.
    assertThat(drift.path("mean").asDouble()).isEqualTo(2);
    assertThat(drift.path("deviation").asDouble()).isCloseTo(Math.sqrt(4 / 3.0), within(1e-5));
    assertThat(drift.path("batches").path(0).path("mean").asDouble()).isEqualTo(3);
    assertThat(drift.path("batches").path(0).path("shift").asDouble())
        .isCloseTo(Math.sqrt(3) / 2, within(1e-5));
    assertThat(html()).contains("too short");
  }

  @Test
  void isTheSameForAnyPartitioning() throws IOException {
    complete(1);
    String one = withoutTimes(report(), html());
    complete(3);
    assertThat(withoutTimes(report(), html())).isEqualTo(one);
  }

  @Test
  void isUpToDateUntilATableChanges() throws IOException {
    complete(1);
    report();
    assertThat(small.output()).containsPattern("report/index.html, \\d+\\.\\d MB");
    StageRunner.run(small.context(WriteMode.SKIP), new ReportStage(), 0);
    assertThat(small.output()).contains("is up to date");
  }

  @Test
  void reportsAtEveryStageOfCompletion() throws IOException {
    small.segments("train", "0", "t", 3);
    assertThat(sections(report(), html())).containsExactly("summary", "tables");
    put(Table.COARSE_LABELS, List.of(RowFactory.create("t", 1.0, 0.5, 1, 0)), 1, Map.of());
    // Steps as recorded by older versions: without components.
    assertThat(sections(report(), html())).containsExactly("summary", "coarse", "tables");
    put(Table.FINE_LABELS, List.of(RowFactory.create("t", 0, 1.0, 0.5, 1)), 1, Map.of());
    assertThat(sections(report(), html()))
        .containsExactly("summary", "training", "coarse", "tables");
    put(
        Leaf.of(Table.SEGMENT_SCORES, "train", "0"),
        List.of(RowFactory.create("t", 0, 0.5, "model")),
        1,
        Map.of(),
        details -> {});
    JsonNode data = report();
    assertThat(sections(data, html()))
        .containsExactly("summary", "videos", "training", "coarse", "tables");
    assertThat(data.path("threshold").isNull()).isTrue();
    assertThat(data.path("totals").path("videos").asInt()).isEqualTo(1);
  }

  @Test
  void evaluationsOfOlderProgramsHaveTheDetectorsCurvesAlone() throws IOException {
    complete(1);
    StageRunner.run(
        context,
        new EvaluateStage(),
        new EvaluateStage.Options(
            "test", TailPolicy.REPEAT, EvaluateStage.MissingScores.FAIL, "train", 0, 0));
    Files.delete(folder.resolve("w/evaluation/yardstick_curves.csv"));
    Fixtures.withoutFiles(folder.resolve("w/evaluation"));
    assertThat(texts(report().path("curves").path("roc"), "name")).containsExactly("detector");
  }

  /** UCF-Crime's test videos have 480 segments on average and up to some 20,000. */
  @Test
  void twoThousandVideosStayBelowTenMegabytes() throws IOException {
    Random random = new Random(5);
    List<Row> lengths = new ArrayList<>();
    List<Row> videos = new ArrayList<>();
    List<Row> detections = new ArrayList<>();
    List<Row> coarse = new ArrayList<>();
    for (int v = 0; v < 2000; v++) {
      String id = "Normal_Videos_With_A_Long_Name_" + v + "_x264";
      int m = v < 20 ? 20_000 : 1 + (int) (-285 * Math.log(1 - random.nextDouble()));
      videos.add(RowFactory.create(id, "source", 30.0, null, "camera"));
      boolean anomalous = v % 3 == 0;
      coarse.add(
          RowFactory.create(
              id,
              random.nextDouble(),
              random.nextDouble(),
              anomalous ? 1 : 0,
              anomalous ? 1 : null));
      lengths.add(RowFactory.create(id, m));
      for (int d = 0; d < 3; d++) {
        detections.add(RowFactory.create(id, 16L * d, 16L * d + 16, 1.23, 2.34, 0.9, 0.8, "model"));
      }
    }
    small.segments("test", "0", "any", 1);
    put(leaf(Table.VIDEOS, "0"), videos, 2, Map.of(), details -> {});
    Dataset<Row> scores =
        SharedSpark.session()
            .createDataFrame(
                lengths,
                new StructType()
                    .add("video_id", DataTypes.StringType, false)
                    .add("segments", DataTypes.IntegerType, false))
            .select(
                col("video_id"),
                explode(sequence(lit(0), col("segments").minus(1))).as("segment_index"))
            .withColumn("score", rand(5))
            .withColumn("model", lit("model"));
    put(leaf(Table.SEGMENT_SCORES, "0"), scores, 1L, SCORED, details -> {});
    put(leaf(Table.DETECTIONS, "0"), detections, 2, SCORED, details -> {});
    put(Table.COARSE_LABELS, coarse, 1, Map.of());
    JsonNode data = report();
    assertThat(data.path("videos").size()).isEqualTo(2000);
    assertThat(data.path("totals").path("detections").asInt()).isEqualTo(6000);
    assertThat(data.path("detections").size()).isEqualTo(2000);
    assertThat(Files.size(folder.resolve("w/report/index.html"))).isLessThan(10_000_000);
    JsonNode longest = null;
    for (JsonNode video : data.path("videos")) {
      double[] high = numbers(video.path("high").asText());
      assertThat(max(high)).isCloseTo(video.path("peak").asDouble(), within(STEP));
      longest = video.path("segments").asInt() == 20_000 ? video : longest;
    }
    assertThat(numbers(longest.path("high").asText()).length).isBetween(50, 600);
    assertThat(longest.path("low").isTextual()).isTrue();
  }

  /** Two splits, one of two batches, a video id that occurs twice, pseudo-labels and a model. */
  private void complete(int partitions) {
    small.segments("test", "0", "a/b", 3, "c", 3).segments("test", "1", "b", 3);
    small.segments("friday", "0", "b", 3).segments("train", "0", "t0", 2, "t1", 4, "t2", 4);
    Timestamp recorded = Timestamp.from(Instant.parse("2026-01-02T03:04:05Z"));
    scored(
        "test", "0", partitions, "a/b", new double[] {0.1, 0.9, 0.2}, "c", new double[] {0, 0, 0});
    scored("test", "1", partitions, "b", new double[] {0.1, 0.1, 0.8});
    scored("friday", "0", partitions, "b", new double[] {0.7, 0.1, 0.1});
    put(
        leaf(Table.VIDEOS, "0"),
        List.of(
            RowFactory.create("a/b", "s", 25.0, recorded, "gate"),
            RowFactory.create("c", null, null, null, null)),
        1,
        Map.of(),
        details -> {});
    put(
        Table.ANNOTATIONS,
        List.of(
            RowFactory.create(
                "a/b", "test", 1, 48L, "Arson", new Row[] {RowFactory.create(16L, 32L)}),
            RowFactory.create("b", "test", 1, null, null, new Row[] {RowFactory.create(32L, 48L)}),
            RowFactory.create("c", "test", 0, null, null, new Row[0]),
            RowFactory.create("b", "friday", null, null, null, new Row[0])),
        partitions,
        Map.of());
    put(
        leaf(Table.REJECTED, "0"),
        List.of(RowFactory.create("bad", "bad.npy", "too short")),
        1,
        Map.of(),
        details -> {});
    for (String batch : List.of("0", "1")) {
      List<Row> norms = new ArrayList<>();
      for (String id : batch.equals("0") ? List.of("a/b", "c") : List.of("b")) {
        for (int j = 0; j < 3; j++) {
          norms.add(RowFactory.create(id, j, 1.0 + j));
        }
      }
      put(leaf(Table.SEGMENT_NORMS, batch), norms, partitions, Map.of(), details -> {});
    }
    put(
        Leaf.of(Table.VIDEO_STATS, "train", "0"),
        List.of(RowFactory.create("t0", 2, 1.0, 0.0), RowFactory.create("t1", 2, 3.0, 0.0)),
        1,
        Map.of(),
        details -> {});
    put(
        leaf(Table.VIDEO_STATS, "0"),
        List.of(RowFactory.create("a/b", 2, 3.0, Math.sqrt(2))),
        1,
        Map.of(),
        details -> {});
    put(
        Leaf.of(Table.COARSE_LABELS),
        List.of(
            RowFactory.create("t0", 1.0, 0.5, 0, null),
            RowFactory.create("t1", 3.0, 1.5, 1, 1),
            RowFactory.create("t2", 2.0, 1.0, 1, 1)),
        partitions,
        Map.of(),
        details -> {
          var component = details.putArray("iterations").addObject().put("iteration", 1);
          var fitted = component.putObject("normal_component").put("weight", 0.4);
          fitted.putArray("mean").add(1.0).add(0.5);
          fitted.putArray("covariance").add(1.0).add(0.5).add(0.5).add(2.0);
        });
    List<Row> fine = new ArrayList<>();
    fine.add(RowFactory.create("t0", 0, 1.0, null, 0));
    fine.add(RowFactory.create("t0", 1, 1.2, null, 0));
    double[][] norms = {{1, 5, 6, 1.5}, {1, 2, 2.5, 1}};
    double[][] p = {{0.3, 1e-3, 1e-4, 0.3}, {0.3, 0.1, 0.1, 0.3}};
    for (int v = 0; v < 2; v++) {
      for (int j = 0; j < 4; j++) {
        fine.add(
            RowFactory.create("t" + (v + 1), j, norms[v][j], p[v][j], j == 1 || j == 2 ? 1 : 0));
      }
    }
    put(Table.FINE_LABELS, fine, partitions, FINE);
    put(
        Table.NULL_MODEL,
        List.of(RowFactory.create(new double[] {1.1}, new double[] {0.25}, 2L, 1L)),
        1,
        Map.of());
    model();
  }

  private void scored(String split, String batch, int partitions, Object... idsAndScores) {
    List<Row> scores = new ArrayList<>();
    List<Row> videos = new ArrayList<>();
    List<Row> detections = new ArrayList<>();
    for (int i = 0; i < idsAndScores.length; i += 2) {
      String id = (String) idsAndScores[i];
      double[] of = (double[]) idsAndScores[i + 1];
      Double fps = id.equals("a/b") ? 25.0 : null;
      videos.add(RowFactory.create(id, null, fps, null, null));
      for (int j = 0; j < of.length; j++) {
        scores.add(RowFactory.create(id, j, of[j], "model"));
        if (of[j] > 0.5) {
          detections.add(
              RowFactory.create(
                  id,
                  (long) FRAMES * j,
                  FRAMES * (j + 1L),
                  fps == null ? null : FRAMES * j / fps,
                  fps == null ? null : FRAMES * (j + 1) / fps,
                  of[j],
                  of[j],
                  "model"));
        }
      }
    }
    Collections.shuffle(scores, new Random(partitions));
    put(Leaf.of(Table.VIDEOS, split, batch), videos, 1, Map.of(), details -> {});
    put(Leaf.of(Table.SEGMENT_SCORES, split, batch), scores, partitions, SCORED, details -> {});
    put(Leaf.of(Table.DETECTIONS, split, batch), detections, 1, SCORED, details -> {});
  }

  private void model() {
    DetectorArchitecture architecture = DetectorArchitecture.standard(1, 1);
    byte[] parameters = new byte[(int) architecture.parameterCount() * Float.BYTES];
    ObjectNode training = Json.object();
    training.putArray("losses").add(0.7).add(0.5);
    ModelStore store = new ModelStore(small.workspace());
    store.promote(
        store.save(
            new DetectorModel(architecture, parameters, null, 0.5, "auto"),
            "ab".repeat(32),
            training,
            ManifestDraft.of("train", 1, 0).parameter("split", "train")));
  }

  private static Leaf leaf(Table table, String batch) {
    return Leaf.of(table, "test", batch);
  }

  private void put(Table table, List<Row> rows, int partitions, Map<String, Object> parameters) {
    put(Leaf.of(table), rows, partitions, parameters, details -> {});
  }

  private void put(
      Leaf leaf,
      List<Row> rows,
      int partitions,
      Map<String, Object> parameters,
      Consumer<ObjectNode> details) {
    put(leaf, Fixtures.data(rows, leaf.table(), partitions), rows.size(), parameters, details);
  }

  private void put(
      Leaf leaf,
      Dataset<Row> rows,
      long count,
      Map<String, Object> parameters,
      Consumer<ObjectNode> details) {
    ManifestDraft draft = ManifestDraft.of("fixture", 1, 0).input("rows", "" + count);
    new TreeMap<>(parameters).forEach(draft::parameter);
    try (LeafTransaction transaction =
        small.workspace().begin(draft, WriteMode.OVERWRITE, List.of(leaf))) {
      rows.write().parquet(transaction.staging(leaf).toString());
      transaction.rows(leaf, count);
      details.accept(transaction.details(leaf));
      transaction.commit();
    }
  }

  /** Makes the report; returns its data. */
  private JsonNode report() throws IOException {
    StageRunner.run(context, new ReportStage(), 0);
    Matcher data = Pattern.compile("id=\"report-data\">(.*?)</script>").matcher(html());
    assertThat(data.find()).isTrue();
    return Json.MAPPER.readTree(data.group(1));
  }

  private String html() throws IOException {
    return Files.readString(folder.resolve("w/report/index.html"), StandardCharsets.UTF_8);
  }

  private JsonNode metrics() throws IOException {
    return Json.MAPPER.readTree(Files.readString(folder.resolve("w/evaluation/metrics.json")));
  }

  private static String withoutTimes(JsonNode data, String html) {
    assertThat(data.path("made").asText()).isNotEmpty();
    // The manifests of footage made by hand have a different hash each time.
    return html.replaceAll("\\d{4}-\\d\\d-\\d\\dT[0-9:.]+Z", "").replaceAll("rows -?\\d+", "");
  }

  private static List<String> sections(JsonNode data, String html) {
    assertThat(data.path("format").asInt()).isEqualTo(ReportData.FORMAT);
    return Pattern.compile("<section id=\"([^\"]+)\"")
        .matcher(html)
        .results()
        .map(result -> result.group(1))
        .toList();
  }

  private static List<String> texts(JsonNode array, String field) {
    List<String> texts = new ArrayList<>();
    array.forEach(each -> texts.add(each.path(field).asText()));
    return texts;
  }

  private static long sum(JsonNode array) {
    long sum = 0;
    for (JsonNode each : array) {
      sum += each.asLong();
    }
    return sum;
  }

  /** By trapezoids: ties count half. */
  private static double area(JsonNode curve) {
    double area = 0;
    double x = 0;
    double y = 0;
    for (int i = 0; i < curve.path("x").size(); i++) {
      double nextX = curve.path("x").path(i).asDouble();
      double nextY = curve.path("y").path(i).asDouble();
      area += (nextX - x) * (y + nextY) / 2;
      x = nextX;
      y = nextY;
    }
    return area;
  }

  private static double max(double[] values) {
    double max = 0;
    for (double value : values) {
      max = Math.max(max, value);
    }
    return max;
  }

  private static double[] numbers(String base64) {
    ByteBuffer bytes =
        ByteBuffer.wrap(Base64.getDecoder().decode(base64)).order(ByteOrder.LITTLE_ENDIAN);
    double[] numbers = new double[bytes.remaining() / 2];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = Short.toUnsignedInt(bytes.getShort()) * STEP;
    }
    return numbers;
  }
}
