package org.c2fpl.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.function.ToDoubleFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.c2fpl.errors.DataException;
import org.c2fpl.errors.Failures;
import org.c2fpl.errors.UsageException;
import org.c2fpl.evaluate.EvaluateStage.MissingScores;
import org.c2fpl.method.evaluation.TailPolicy;
import org.c2fpl.stage.StageRunner;
import org.c2fpl.testing.Fixtures;
import org.c2fpl.testing.SmallWorkspace;
import org.c2fpl.workspace.Json;
import org.c2fpl.workspace.Leaf;
import org.c2fpl.workspace.Table;
import org.c2fpl.workspace.WriteMode;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class EvaluateStageTest {
  private static final double NULL_MEAN = 3.0;

  @TempDir Path folder;
  private SmallWorkspace small;

  /** A video with scores and truth; frames 0 means that its length is unknown. */
  private record Video(String id, double[] scores, double[] norms, long frames, long[]... ranges) {}

  private record Frame(double score, double norm, boolean anomalous) {}

  @BeforeEach
  void open() {
    small = new SmallWorkspace(folder.resolve("w"));
  }

  /** Videos with tied scores, tails, missing ends and unknown lengths. */
  private static List<Video> videos() {
    Random random = new Random(11);
    List<Video> videos = new ArrayList<>();
    long[] lengths = {0, 53, 48, 41, 100, 17};
    for (int i = 0; i < lengths.length; i++) {
      int m = 3;
      double[] scores = new double[m];
      double[] norms = new double[m];
      for (int j = 0; j < m; j++) {
        scores[j] = random.nextInt(8) / 8.0;
        norms[j] = 1 + 4 * random.nextDouble();
      }
      long start = random.nextInt(10);
      videos.add(
          i == 5
              ? new Video("n" + i, scores, norms, lengths[i])
              : new Video(
                  "v," + i,
                  scores,
                  norms,
                  lengths[i],
                  new long[] {start, start + 7},
                  new long[] {30, 41}));
    }
    return videos;
  }

  private static List<Frame> exploded(List<Video> videos, boolean repeat) {
    List<Frame> frames = new ArrayList<>();
    for (Video video : videos) {
      int m = video.scores().length;
      long length = video.frames() == 0 ? 16L * m : video.frames();
      for (long frame = 0; frame < length; frame++) {
        if (frame >= 16L * m && !repeat) {
          break;
        }
        int segment = (int) Math.min(frame / 16, m - 1);
        boolean anomalous = false;
        for (long[] range : video.ranges()) {
          anomalous |= frame >= range[0] && frame < range[1];
        }
        frames.add(new Frame(video.scores()[segment], video.norms()[segment], anomalous));
      }
    }
    return frames;
  }

  private static BigDecimal auc(List<Frame> frames, ToDoubleFunction<Frame> score) {
    long wins = 0;
    long pairs = 0;
    for (Frame a : frames) {
      for (Frame b : frames) {
        if (a.anomalous() && !b.anomalous()) {
          pairs++;
          wins += 1 + (int) Math.signum(score.applyAsDouble(a) - score.applyAsDouble(b));
        }
      }
    }
    return new BigDecimal(wins).divide(new BigDecimal(2 * pairs), MathContext.DECIMAL128);
  }

  private static BigDecimal ap(List<Frame> frames) {
    TreeSet<Double> thresholds = new TreeSet<>(Collections.reverseOrder());
    frames.forEach(frame -> thresholds.add(frame.score()));
    long p = frames.stream().filter(Frame::anomalous).count();
    long before = 0;
    BigDecimal ap = BigDecimal.ZERO;
    for (double threshold : thresholds) {
      long above = frames.stream().filter(f -> f.score() >= threshold).count();
      long hits = frames.stream().filter(f -> f.score() >= threshold && f.anomalous()).count();
      ap =
          ap.add(
              new BigDecimal((hits - before) * hits)
                  .divide(new BigDecimal(p * above), MathContext.DECIMAL128));
      before = hits;
    }
    return ap;
  }

  private void write(List<Video> videos, int partitions) {
    List<Row> segments = new ArrayList<>();
    List<Row> scores = new ArrayList<>();
    List<Row> norms = new ArrayList<>();
    List<Row> annotations = new ArrayList<>();
    for (Video video : videos) {
      for (int j = 0; j < video.scores().length; j++) {
        segments.add(RowFactory.create(video.id(), j, new byte[4]));
        scores.add(RowFactory.create(video.id(), j, video.scores()[j], "model-1"));
        norms.add(RowFactory.create(video.id(), j, video.norms()[j]));
      }
      annotations.add(annotation(video.id(), video.ranges().length > 0 ? 1 : 0, video));
    }
    Random random = new Random(partitions);
    Collections.shuffle(scores, random);
    Collections.shuffle(norms, random);
    Collections.shuffle(annotations, random);
    small.write(Leaf.of(Table.SEGMENTS, "test", "0"), segments, 1);
    small.write(Leaf.of(Table.SEGMENT_SCORES, "test", "0"), scores, partitions);
    small.write(Leaf.of(Table.SEGMENT_NORMS, "test", "0"), norms, partitions);
    small.write(Leaf.of(Table.ANNOTATIONS), annotations, partitions);
    small.write(
        Leaf.of(Table.NULL_MODEL),
        List.of(
            RowFactory.create(
                new Double[] {NULL_MEAN}, new Double[] {0.5}, (long) segments.size(), 1L)),
        1);
  }

  private static Row annotation(String id, Integer label, Video video) {
    Row[] ranges = new Row[video.ranges().length];
    for (int i = 0; i < ranges.length; i++) {
      ranges[i] = RowFactory.create(video.ranges()[i][0], video.ranges()[i][1]);
    }
    return RowFactory.create(
        id, "test", label, video.frames() == 0 ? null : video.frames(), null, ranges);
  }

  private JsonNode evaluate(TailPolicy tail, MissingScores missing) throws IOException {
    StageRunner.run(
        small.context(WriteMode.OVERWRITE),
        new EvaluateStage(),
        new EvaluateStage.Options("test", tail, missing, "train", 0, 0));
    return Json.MAPPER.readTree(Files.readString(evaluation("metrics.json")));
  }

  private JsonNode evaluate(int bootstrap, int knnSample, String trainSplit) throws IOException {
    StageRunner.run(
        small.context(WriteMode.OVERWRITE),
        new EvaluateStage(),
        new EvaluateStage.Options(
            "test", TailPolicy.REPEAT, MissingScores.FAIL, trainSplit, bootstrap, knnSample));
    return Json.MAPPER.readTree(Files.readString(evaluation("metrics.json")));
  }

  private Path evaluation(String file) {
    return folder.resolve("w/evaluation").resolve(file);
  }

  @ParameterizedTest
  @EnumSource(TailPolicy.class)
  void equalsExplodedFrames(TailPolicy tail) throws IOException {
    List<Video> videos = videos();
    write(videos, 2);
    JsonNode metrics = evaluate(tail, MissingScores.FAIL);
    List<Frame> frames = exploded(videos, tail == TailPolicy.REPEAT);
    assertThat(metrics.path("frames").asLong()).isEqualTo(frames.size());
    assertThat(metrics.path("positives").asLong())
        .isEqualTo(frames.stream().filter(Frame::anomalous).count());
    assertThat(metrics.path("videos").asLong()).isEqualTo(6);
    assertThat(metrics.path("model").asText()).isEqualTo("model-1");
    assertThat(metrics.path("frame_auc").asDouble())
        .isCloseTo(auc(frames, Frame::score).doubleValue(), within(1e-14));
    assertThat(metrics.path("frame_ap").asDouble())
        .isCloseTo(ap(frames).doubleValue(), within(1e-14));
    assertThat(metrics.path("frame_ap_trapezoid").asDouble()).isBetween(0.0, 1.0);
    JsonNode yardsticks = metrics.path("yardsticks");
    assertThat(yardsticks.path("norm").path("frame_auc").asDouble())
        .isCloseTo(auc(frames, Frame::norm).doubleValue(), within(1e-14));
    // 1 − p itself, which does not underflow this near to the mean.
    assertThat(yardsticks.path("one_minus_p").path("frame_auc").asDouble())
        .isCloseTo(
            auc(frames, f -> 1 - Math.exp(-Math.pow(f.norm() - NULL_MEAN, 2) / (2 * 0.5)))
                .doubleValue(),
            within(1e-14));
  }

  @Test
  void truthThatIsMuchLongerThanTheFootageNeedsSomebodysWord() throws IOException {
    Video normal = new Video("n", new double[] {0.25}, new double[] {1}, 0);
    double[] two = {0.25, 0.75};
    write(List.of(normal, new Video("v,0", two, two, 80, new long[] {16, 24})), 1);
    assertThatThrownBy(() -> evaluate(null, MissingScores.FAIL))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith(
            "Cannot evaluate split test: the length of 1 annotated video differs from the segments"
                + " by a segment or more: 50.0 % of the frames of the truth are after the last"
                + " segment,")
        .hasMessageContaining("--tail drop leaves them out");
    assertThat(evaluation("metrics.json")).doesNotExist();
    assertThat(evaluate(TailPolicy.DROP, MissingScores.FAIL).path("frames").asLong()).isEqualTo(48);
    assertThat(evaluate(TailPolicy.REPEAT, MissingScores.FAIL).path("frames").asLong())
        .isEqualTo(96);
    assertThat(small.warnings()).contains("50.0 % of the frames of the truth");
  }

  @Test
  void truthThatIsALittleLongerIsWarnedOf() throws IOException {
    double[] many = new double[30];
    double[] two = {0.25, 0.75};
    write(
        List.of(new Video("n", many, many, 0), new Video("v,0", two, two, 48, new long[] {16, 24})),
        1);
    assertThat(evaluate(null, MissingScores.FAIL).path("frames").asLong()).isEqualTo(528);
    assertThat(small.warnings())
        .contains("the length of 1 annotated video differs")
        .contains("3.0 % of the frames of the truth are after the last segment");
  }

  @Test
  void isTheSameToTheByteForAnyPartitioning() throws IOException {
    List<String> results = new ArrayList<>();
    for (int partitions : new int[] {1, 2, 7}) {
      write(videos(), partitions);
      evaluate(TailPolicy.REPEAT, MissingScores.FAIL);
      StringBuilder all = new StringBuilder();
      for (String file :
          List.of("metrics.json", "roc.csv", "pr.csv", "per_video.csv", "yardstick_curves.csv")) {
        all.append(Files.readString(evaluation(file)));
      }
      results.add(all.toString());
    }
    assertThat(results.get(1)).isEqualTo(results.get(0));
    assertThat(results.get(2)).isEqualTo(results.get(0));
  }

  @Test
  void writesCurvesAndVideos() throws IOException {
    Video half =
        new Video("v,1", new double[] {0.25, 0.75}, new double[] {1, 2}, 40, new long[] {16, 24});
    Video normal = new Video("a", new double[] {0.25}, new double[] {1}, 0);
    write(List.of(half, normal), 1);
    evaluate(TailPolicy.REPEAT, MissingScores.FAIL);
    assertThat(evaluation("roc.csv"))
        .hasContent(
            "threshold,false_positive_rate,true_positive_rate\n"
                + "inf,0.0,0.0\n0.75,0.3333333333333333,1.0\n0.25,1.0,1.0\n");
    assertThat(evaluation("pr.csv"))
        .hasContent(
            "threshold,recall,precision\n"
                + "inf,0.0,1.0\n0.75,1.0,0.3333333333333333\n0.25,1.0,0.14285714285714285\n");
    assertThat(evaluation("yardstick_curves.csv"))
        .content()
        .startsWith(
            "name,curve,threshold,x,y\nnorm,roc,2.0,0.3333333333333333,1.0\n"
                + "norm,roc,1.0,1.0,1.0\nnorm,pr,2.0,1.0,0.3333333333333333\n");
    assertThat(evaluation("per_video.csv"))
        .hasContent(
            "video_id,segments,frames,positives,max_score,mean_score,auc\n"
                + "a,1,16,0,0.25,0.25,\n"
                + "\"v,1\",2,40,8,0.75,0.5,0.75\n");
  }

  @Test
  void figuresThatCannotBeHadAreNullWithTheReason() throws IOException {
    write(List.of(new Video("a", new double[] {0.25}, new double[] {1}, 0)), 1);
    small.workspace().fileSystem().delete(small.workspace().path("null_model"), true);
    JsonNode metrics = evaluate(TailPolicy.REPEAT, MissingScores.FAIL);
    assertThat(metrics.path("frame_auc").isNull()).isTrue();
    assertThat(metrics.path("frame_ap").isNull()).isTrue();
    assertThat(metrics.path("undefined").asText()).isEqualTo("no frame is anomalous");
    assertThat(metrics.path("yardsticks").path("one_minus_p").path("undefined").asText())
        .isEqualTo("null_model was not made");
    assertThat(small.output())
        .contains("frame AUC undefined, AP undefined (no frame is anomalous)");
    assertThat(small.warnings()).contains("no yardstick one_minus_p: null_model was not made.");
  }

  @Test
  void namesVideosMissingOnEitherSide() throws IOException {
    List<Video> videos = videos();
    write(videos, 1);
    List<Row> annotations = new ArrayList<>();
    for (Video video : videos.subList(1, 6)) {
      annotations.add(annotation(video.id(), 1, video));
    }
    for (int i = 0; i < 12; i++) {
      annotations.add(annotation("absent" + (char) ('a' + i), 0, videos.get(5)));
    }
    small.write(Leaf.of(Table.ANNOTATIONS), annotations, 1);
    assertThatThrownBy(() -> evaluate(TailPolicy.REPEAT, MissingScores.FAIL))
        .isInstanceOf(DataException.class)
        .hasMessage(
            "Cannot evaluate split test: 12 annotated videos without scores (absenta, absentb,"
                + " absentc, absentd, absente, absentf, absentg, absenth, absenti, absentj and 2"
                + " more). Ingest and score them, or leave them out with --missing-scores ignore.");
    assertThat(evaluation("metrics.json")).doesNotExist();

    JsonNode metrics = evaluate(TailPolicy.REPEAT, MissingScores.IGNORE);
    assertThat(metrics.path("videos").asLong()).isEqualTo(4);
    assertThat(metrics.path("videos_without_scores").asLong()).isEqualTo(12);
    assertThat(metrics.path("videos_without_annotations").asLong()).isEqualTo(1);
    assertThat(metrics.path("videos_without_annotations_first").get(0).asText()).isEqualTo("v,0");
    // Label 1 without ranges says nothing about frames.
    assertThat(metrics.path("videos_without_frame_truth_first").get(0).asText()).isEqualTo("n5");
    assertThat(small.warnings())
        .contains("12 annotated videos of split test without scores: absenta, ")
        .contains("1 scored video of split test without annotation: v,0.")
        .contains(
            "1 annotated video of split test without frame-level truth (not labelled normal, no"
                + " anomalous frames): n5.");
  }

  @Test
  void refusesScoresThatAreNotWholeVideosOrOfSeveralModels() {
    List<Video> videos = videos();
    write(videos, 1);
    Leaf scores = Leaf.of(Table.SEGMENT_SCORES, "test", "0");
    small.write(scores, List.of(RowFactory.create("v,0", 1, 0.5, "m")), 1);
    assertThatThrownBy(() -> evaluate(TailPolicy.REPEAT, MissingScores.IGNORE))
        .isInstanceOf(DataException.class)
        .hasMessage(
            "Cannot evaluate split test: the scores of 1 video are not one for each segment (v,0)."
                + " Run 'c2fpl score --write-mode overwrite'.");
    small.write(
        scores,
        List.of(RowFactory.create("v,0", 0, 0.5, "m"), RowFactory.create("v,0", 1, 0.5, "n")),
        1);
    assertThatThrownBy(() -> evaluate(TailPolicy.REPEAT, MissingScores.IGNORE))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("its scores come from several models (");
    small.write(scores, scoresOf("v,0", 0.5, 0.25, Double.NaN), 1);
    assertThatThrownBy(() -> evaluate(TailPolicy.REPEAT, MissingScores.IGNORE))
        .satisfies(
            failure ->
                assertThat(Failures.meaning(failure).orElseThrow())
                    .hasMessage(
                        "Cannot rank frames by score: a value is NaN. Make the table that it comes"
                            + " from again."));
    small.write(scores, scoresOf("v,0", 0.5, 0.25, 0.5, 1), 1);
    assertThatThrownBy(() -> evaluate(TailPolicy.REPEAT, MissingScores.IGNORE))
        .isInstanceOf(DataException.class)
        .hasMessageContaining(
            "Cannot compare the scores of split test with norm: segment_norms stand for 48 frames"
                + " and segment_scores for 64.")
        .hasMessageContaining("Run 'c2fpl stats' and 'c2fpl score' on the same batches.");
  }

  private static List<Row> scoresOf(String id, double... scores) {
    List<Row> rows = new ArrayList<>();
    for (double score : scores) {
      rows.add(RowFactory.create(id, rows.size(), score, "m"));
    }
    return rows;
  }

  @Test
  void refusesASplitWithoutTruth() {
    write(videos(), 1);
    small.write(Leaf.of(Table.ANNOTATIONS), List.of(), 1);
    assertThatThrownBy(() -> evaluate(TailPolicy.REPEAT, MissingScores.FAIL))
        .isInstanceOf(DataException.class)
        .hasMessage(
            "Cannot evaluate split test: no scored video has frame-level ground truth. Annotate its"
                + " videos with 'c2fpl annotate'.");
  }

  private static Row annotated(
      String id, String split, Integer label, Long frames, String videoClass, long... range) {
    Row[] ranges =
        range.length == 0 ? new Row[0] : new Row[] {RowFactory.create(range[0], range[1])};
    return RowFactory.create(id, split, label, frames, videoClass, ranges);
  }

  /** Two classes, a video whose anomaly is after its end, a normal one with a class's name. */
  private void writeClasses() {
    Object[][] videos = {
      {"a", new double[] {0.9, 0.2}, "fight"},
      {"b", new double[] {0.6, 0.4}, "fire"},
      {"c", new double[] {0.7, 0.1, 0.3}, "fire"},
      {"n", new double[] {0.5, 0.8}, "normal"}
    };
    List<Row> segments = new ArrayList<>();
    List<Row> scores = new ArrayList<>();
    for (Object[] video : videos) {
      double[] of = (double[]) video[1];
      for (int j = 0; j < of.length; j++) {
        segments.add(RowFactory.create(video[0], j, new byte[4]));
        scores.add(RowFactory.create(video[0], j, of[j], "m"));
      }
    }
    small.write(Leaf.of(Table.SEGMENTS, "test", "0"), segments, 1);
    small.write(Leaf.of(Table.SEGMENT_SCORES, "test", "0"), scores, 2);
    small.write(
        Leaf.of(Table.ANNOTATIONS),
        List.of(
            annotated("a", "test", 1, 32L, "fight", 0, 16),
            annotated("b", "test", 1, 32L, "fire", 24, 32),
            annotated("c", "test", 1, 48L, "fire", 480, 490),
            annotated("n", "test", 0, null, "normal")),
        1);
  }

  @Test
  void tellsOfPartsOfTheFootage() throws IOException {
    writeClasses();
    JsonNode metrics = evaluate(50, 0, "train");
    // Anomalous: 16 frames of a at 0.9; 8 of b at 0.4. Normal in these videos: 16 at 0.2 of a, 16
    // at
    // 0.6 and 8 at 0.4 of b. Video c has no anomalous frame that exists: 48 normal frames at 0.7,
    // 0.1
    // and 0.3; n 32 at 0.5 and 0.8.
    double ofB = (8 * 4.0) / (8 * 24);
    assertThat(metrics.path("frame_auc_anomalous_videos").asDouble())
        .isCloseTo((16 * 40 + 8 * (16 + 4.0)) / (24 * 40), within(1e-15));
    assertThat(metrics.path("video_auc_mean").asDouble()).isCloseTo((1 + ofB) / 2, within(1e-15));
    assertThat(metrics.path("video_auc_videos").asLong()).isEqualTo(2);
    JsonNode classes = metrics.path("classes");
    assertThat(classes).hasSize(2);
    assertThat(classes.path("fight").path("videos").asLong()).isEqualTo(1);
    assertThat(classes.path("fight").path("positives").asLong()).isEqualTo(16);
    assertThat(classes.path("fight").path("frame_auc").asDouble()).isEqualTo(1);
    assertThat(classes.path("fire").path("frame_auc").asDouble())
        .isCloseTo((8 * (4.0 + 32)) / (8 * (24 + 80)), within(1e-15));
    assertThat(classes.path("fire").path("frame_auc_anomalous_videos").asDouble())
        .isCloseTo(ofB, within(1e-15));
    assertThat(metrics.path("normal_video_frames").asLong()).isEqualTo(80);
    assertThat(metrics.path("false_alarm_rate").asDouble()).isEqualTo(32 / 80.0);
    assertThat(metrics.path("false_alarm_rate_at_model_threshold").isNull()).isTrue();
    assertThat(
            metrics.path("undefined_metrics").path("false_alarm_rate_at_model_threshold").asText())
        .isEqualTo("the model that made the scores is not in the workspace");
    assertThat(metrics.path("yardsticks").has("knn")).isFalse();
    // By length all of c, 48 normal frames, is above, and 32 normal frames of each other video are
    // tied.
    assertThat(metrics.path("yardsticks").path("length").path("frame_auc").asDouble())
        .isCloseTo((24 * (40 + 32) / 2.0) / (24 * (40 + 80)), within(1e-15));
    JsonNode interval = metrics.path("bootstrap").path("frame_auc");
    assertThat(interval.path("low").asDouble()).isLessThan(metrics.path("frame_auc").asDouble());
    assertThat(interval.path("high").asDouble())
        .isGreaterThan(metrics.path("frame_auc").asDouble());
    assertThat(interval.path("resolution").asDouble()).isZero();
    assertThat(metrics.path("pseudo_labels").isNull()).isTrue();
  }

  @Test
  void theIntervalDependsOnTheSeedAndCanBeLeftOut() throws IOException {
    writeClasses();
    assertThat(evaluate(0, 0, "train").path("bootstrap").isNull()).isTrue();
    assertThatThrownBy(() -> evaluate(-1, 0, "train"))
        .isInstanceOf(UsageException.class)
        .hasMessage(
            "Cannot use --bootstrap -1: it must be from 0 to 10000. Give a number of replicates.");
    assertThatThrownBy(() -> evaluate(0, 100_001, "train"))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("--knn-sample 100001");
  }

  @Test
  void ranksByDistanceToTheNearestTrainingSegments() throws IOException {
    Random random = new Random(5);
    float[] train = new float[40];
    List<Row> trainRows = new ArrayList<>();
    for (int i = 0; i < train.length; i++) {
      train[i] = (float) random.nextGaussian();
      trainRows.add(RowFactory.create("t" + i % 4, i / 4, Fixtures.bytes(train[i])));
    }
    List<Video> videos = videos();
    write(videos, 2);
    List<Row> testRows = new ArrayList<>();
    List<Frame> frames = new ArrayList<>();
    for (Video video : videos) {
      double[] distances = new double[video.scores().length];
      for (int j = 0; j < distances.length; j++) {
        float x = (float) (2 * random.nextGaussian());
        testRows.add(RowFactory.create(video.id(), j, Fixtures.bytes(x)));
        double[] all = new double[train.length];
        for (int i = 0; i < all.length; i++) {
          all[i] = Math.abs(x - train[i]);
        }
        Arrays.sort(all);
        distances[j] = Arrays.stream(all, 0, 10).sum();
      }
      frames.addAll(
          exploded(
              List.of(new Video(video.id(), distances, distances, video.frames(), video.ranges())),
              true));
    }
    small.write(Leaf.of(Table.SEGMENTS, "train", "0"), trainRows, 3);
    small.write(Leaf.of(Table.SEGMENTS, "test", "0"), testRows, 2);
    JsonNode whole = evaluate(0, 2000, "train").path("yardsticks").path("knn");
    // One dimension: standardising changes no order.
    assertThat(whole.path("frame_auc").asDouble())
        .isCloseTo(auc(frames, Frame::score).doubleValue(), within(1e-14));
    JsonNode sampled = evaluate(0, 12, "train").path("yardsticks").path("knn");
    small.write(Leaf.of(Table.SEGMENTS, "train", "0"), Fixtures.shuffled(trainRows, 3), 7);
    assertThat(evaluate(0, 12, "train").path("yardsticks").path("knn")).isEqualTo(sampled);
    // Of its own footage a segment is compared with other videos only.
    JsonNode own = evaluate(0, 2000, "test").path("yardsticks").path("knn");
    assertThat(own.path("frame_auc").isNumber()).isTrue();
    assertThat(own).isNotEqualTo(whole);
    assertThat(
            evaluate(0, 2000, "absent").path("yardsticks").path("knn").path("undefined").asText())
        .isEqualTo("split absent was not ingested");
  }

  @Test
  void comparesPseudoLabelsWithTheTruthOfTheTrainingSplit() throws IOException {
    writeClasses();
    List<Row> annotations = new ArrayList<>(small.read(Table.ANNOTATIONS).collectAsList());
    // Segments of 16 frames: p has an anomaly in half of segment 0 and less of segment 1; q ends
    // before its segment 1; r is normal; s is known to be anomalous, but not where; u is unknown.
    annotations.add(annotated("p", "train", 1, 32L, null, 8, 23));
    annotations.add(annotated("q", "train", 1, 16L, null, 0, 16));
    annotations.add(annotated("r", "train", 0, null, null));
    annotations.add(annotated("s", "train", 1, null, null));
    annotations.add(annotated("u", "train", null, null, null));
    small.write(Leaf.of(Table.ANNOTATIONS), annotations, 2);
    List<Row> coarse = new ArrayList<>();
    List<Row> fine = new ArrayList<>();
    for (String id : List.of("p", "q", "r", "s", "u")) {
      int label = "pru".contains(id) ? 1 : 0;
      coarse.add(RowFactory.create(id, 1.0, 0.5, label, label == 1 ? 1 : null));
      for (int j = 0; j < 2; j++) {
        fine.add(RowFactory.create(id, j, 1.0, label == 1 ? 0.5 : null, label == 1 ? j : 0));
      }
    }
    small.write(Leaf.of(Table.COARSE_LABELS), coarse, 2);
    small.write(Leaf.of(Table.FINE_LABELS), fine, 2);
    JsonNode quality = evaluate(0, 0, "train").path("pseudo_labels");
    assertThat(quality.path("split").asText()).isEqualTo("train");
    // p right, q and s missed, r a false alarm; u does not count.
    assertCounts(quality.path("coarse"), 1, 1, 2, 0);
    assertThat(quality.path("coarse").path("accuracy").asDouble()).isEqualTo(0.25);
    assertThat(quality.path("coarse").path("recall").asDouble()).isCloseTo(1 / 3.0, within(1e-15));
    // p0 missed, p1 a false alarm, q0 missed, q1 without frames, r0 right, r1 a false alarm.
    assertCounts(quality.path("fine"), 0, 2, 2, 1);
    assertThat(quality.path("fine").path("segments").asLong()).isEqualTo(5);
    assertThat(quality.path("fine").path("f1").asDouble()).isZero();
  }

  private static void assertCounts(JsonNode node, long tp, long fp, long fn, long tn) {
    assertThat(node.path("true_positives").asLong()).isEqualTo(tp);
    assertThat(node.path("false_positives").asLong()).isEqualTo(fp);
    assertThat(node.path("false_negatives").asLong()).isEqualTo(fn);
    assertThat(node.path("true_negatives").asLong()).isEqualTo(tn);
  }
}
