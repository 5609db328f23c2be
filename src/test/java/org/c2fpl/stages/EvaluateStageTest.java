package org.c2fpl.stages;

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
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.function.ToDoubleFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.c2fpl.errors.DataException;
import org.c2fpl.method.evaluation.TailPolicy;
import org.c2fpl.stages.EvaluateStage.MissingScores;
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
    EvaluateStage.run(
        small.context(WriteMode.OVERWRITE), new EvaluateStage.Options("test", tail, missing));
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
  void isTheSameToTheByteForAnyPartitioning() throws IOException {
    List<String> results = new ArrayList<>();
    for (int partitions : new int[] {1, 2, 7}) {
      write(videos(), partitions);
      evaluate(TailPolicy.REPEAT, MissingScores.FAIL);
      StringBuilder all = new StringBuilder();
      for (String file : List.of("metrics.json", "roc.csv", "pr.csv", "per_video.csv")) {
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
            "Cannot evaluate split test: 12 annotated videos without scores (absenta, absentb, absentc, absentd, absente, absentf, absentg,"
                + " absenth, absenti, absentj and 2 more). Ingest and score them, or leave them out"
                + " with --missing-scores ignore.");
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
                assertThat(Failures.usersError(failure).orElseThrow())
                    .hasMessage(
                        "Cannot rank frames by score: a value is NaN. Make the table it comes from"
                            + " anew."));
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
}
