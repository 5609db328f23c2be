package org.c2fpl.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.c2fpl.coarse.CoarseStage;
import org.c2fpl.detector.ModelStore;
import org.c2fpl.detector.TrainingPlan;
import org.c2fpl.errors.DataException;
import org.c2fpl.fine.FineStage;
import org.c2fpl.score.ScoreStage;
import org.c2fpl.stage.Doubts;
import org.c2fpl.stage.StageContext;
import org.c2fpl.stage.StageRunner;
import org.c2fpl.stats.StatsStage;
import org.c2fpl.testing.Fixtures;
import org.c2fpl.workspace.Leaf;
import org.c2fpl.workspace.ManifestDraft;
import org.c2fpl.workspace.Table;
import org.c2fpl.workspace.WriteMode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whether the detector learned its pseudo-labels, and what is said where it did not. */
class LearnedLabelsTest {
  private static final Leaf SEGMENTS = Leaf.of(Table.SEGMENTS, "train", "0");
  private static final int VIDEOS = 40;
  private static final int LENGTH = 40;
  private static final int DIM = 64;

  @TempDir Path folder;

  private final ByteArrayOutputStream heard = new ByteArrayOutputStream();

  /**
   * Small features that are all positive: from an output bias of 0 the detector ended upside down
   * here.
   */
  @Test
  void largerInputsOfAnomaliesDoNotEndLower() {
    StageContext context = context(WriteMode.ERROR);
    smallPositiveFeatures(context);
    StageRunner.run(context, new StatsStage(), new StatsStage.Options(List.of(), false, "train"));
    StageRunner.run(context, new CoarseStage(), new CoarseStage.Options(1, "train"));
    StageRunner.run(context, new FineStage(), new FineStage.Options(0.2, "train"));
    StageRunner.run(context, new TrainStage(), options(100));
    StageRunner.run(context, new ScoreStage(), new ScoreStage.Options(List.of(), null));
    Map<String, Integer> truth = new HashMap<>();
    for (int v = 0; v < VIDEOS; v++) {
      for (int s = 0; s < LENGTH; s++) {
        truth.put("v" + v + " " + s, anomalous(v, s) ? 1 : 0);
      }
    }
    Map<String, Double> scores = scores(context);
    double truthAuc = auc(scores, truth);
    assertThat(truthAuc).isGreaterThan(0.7);
    assertThat(training(context).path("label_auc").asDouble())
        .isEqualTo(auc(scores, labels(context)), within(1e-15));
    assertThat(warnings()).doesNotContain("did not learn");
  }

  @Test
  void aDetectorThatDidNotLearnIsWarnedOf() {
    StageContext context = context(WriteMode.ERROR);
    smallPositiveFeatures(context);
    StageRunner.run(context, new StatsStage(), new StatsStage.Options(List.of(), false, "train"));
    // Labels that have nothing to do with the features.
    Random random = new Random(3);
    List<Row> labels = new ArrayList<>();
    for (int v = 0; v < VIDEOS; v++) {
      for (int s = 0; s < LENGTH; s++) {
        labels.add(RowFactory.create("v" + v, s, 1.0, null, random.nextInt(4) == 0 ? 1 : 0));
      }
    }
    Fixtures.put(context, Leaf.of(Table.FINE_LABELS), labels);
    StageRunner.run(context, new TrainStage(), options(1));
    StageRunner.run(context, new ScoreStage(), new ScoreStage.Options(List.of(), null));
    double auc = auc(scores(context), labels(context));
    assertThat(auc).isLessThan(0.6);
    assertThat(training(context).path("label_auc").asDouble()).isEqualTo(auc, within(1e-15));
    assertThat(training(context).path("mean_target").asDouble())
        .isEqualTo(labels(context).values().stream().mapToInt(label -> label).sum() / 1600.0);
    String warning =
        String.format(
            java.util.Locale.ROOT,
            "the detector did not learn its labels: its scores of the training footage rank the"
                + " pseudo-labels with an AUC of %.3f, and 0.5 is chance. What helps:"
                + " --standardize, more epochs, other features, or --preset robust",
            auc);
    assertThat(warnings()).containsOnlyOnce(warning);
    ModelStore store = new ModelStore(context.workspace());
    ObjectNode details = store.manifest(store.requireCurrent()).orElseThrow().details();
    assertThat(details.path("label_auc").asDouble()).isEqualTo(auc, within(1e-15));
    assertThat(Doubts.in(details)).containsExactly(warning);
  }

  @Test
  void aThresholdOnATieIsWarnedOf() {
    StageContext context = context(WriteMode.ERROR);
    put(context, (video, segment, values) -> java.util.Arrays.fill(values, 1));
    StageRunner.run(context, new StatsStage(), new StatsStage.Options(List.of(), false, "train"));
    List<Row> labels = new ArrayList<>();
    for (int v = 0; v < VIDEOS; v++) {
      for (int s = 0; s < LENGTH; s++) {
        labels.add(RowFactory.create("v" + v, s, 1.0, null, anomalous(v, s) ? 1 : 0));
      }
    }
    Fixtures.put(context, Leaf.of(Table.FINE_LABELS), labels);
    StageRunner.run(context, new TrainStage(), options(1));
    assertThat(training(context).path("label_auc").asDouble()).isEqualTo(0.5);
    assertThat(warnings())
        .containsOnlyOnce(
            "the threshold is on a tie: 1600 of 1,600 training segments have the same score there,"
                + " and 0 are above it, while 160 are pseudo-labelled anomalous. Look at the"
                + " scores, or give --threshold");
  }

  @Test
  void aModelOfAnEarlierVersionIsTrainedAgainAndSaysWhy() throws IOException {
    StageContext context = context(WriteMode.ERROR);
    smallPositiveFeatures(context);
    StageRunner.run(context, new StatsStage(), new StatsStage.Options(List.of(), false, "train"));
    StageRunner.run(context, new CoarseStage(), new CoarseStage.Options(1, "train"));
    StageRunner.run(context, new FineStage(), new FineStage.Options(0.2, "train"));
    StageRunner.run(context, new TrainStage(), options(1));
    ModelStore store = new ModelStore(context.workspace());
    String id = store.requireCurrent();
    asOfAnEarlierVersion(store, id);
    assertThat(new ModelStore(context.workspace()).load().id()).isEqualTo(id);
    StageRunner.run(context, new ScoreStage(), new ScoreStage.Options(List.of(), null));

    assertThatThrownBy(() -> StageRunner.run(context(WriteMode.SKIP), new TrainStage(), options(1)))
        .isInstanceOf(DataException.class)
        .hasMessage(
            "Cannot skip model: version "
                + id
                + " already exists but was trained by an earlier version of this program, from"
                + " an output bias of 0. Use --write-mode overwrite to train another.");
    StageRunner.run(context(WriteMode.REFRESH), new TrainStage(), options(1));
    assertThat(warnings())
        .contains(
            "train     again: "
                + id
                + " was trained by an earlier version of this program, from an output bias of 0");
    assertThat(training(context).path("output_bias").asDouble()).isNegative();
  }

  /** The same model with the manifest and fingerprint of before the output bias had a start. */
  private void asOfAnEarlierVersion(ModelStore store, String id) {
    ObjectNode training = store.training(id);
    training.remove(List.of("output_bias", "mean_target", "label_auc"));
    store.save(
        store.load(id),
        "0".repeat(64),
        training,
        ManifestDraft.of("train", 1, 0).parameter("split", "train"));
  }

  private StageContext context(WriteMode mode) {
    return Fixtures.context(folder, mode, heard);
  }

  private String warnings() {
    return heard.toString(StandardCharsets.UTF_8);
  }

  private static void smallPositiveFeatures(StageContext context) {
    Random random = new Random(1);
    put(
        context,
        (video, segment, values) -> {
          for (int i = 0; i < DIM; i++) {
            values[i] =
                (float)
                    (Math.abs(1 + 0.3 * random.nextGaussian())
                        * (anomalous(video, segment) ? 1.3 : 1));
          }
        });
  }

  private interface Features {
    void fill(int video, int segment, float[] values);
  }

  private static void put(StageContext context, Features features) {
    List<Row> segments = new ArrayList<>();
    List<Row> videos = new ArrayList<>();
    for (int v = 0; v < VIDEOS; v++) {
      videos.add(RowFactory.create("v" + v, null, null, null, null));
      for (int s = 0; s < LENGTH; s++) {
        float[] values = new float[DIM];
        features.fill(v, s, values);
        segments.add(RowFactory.create("v" + v, s, Fixtures.bytes(values)));
      }
    }
    Fixtures.put(
        context,
        SEGMENTS,
        segments,
        3,
        details -> details.put("crops", 1).put("dim", DIM).put("frames_per_segment", 16));
    Fixtures.put(context, SEGMENTS.in(Table.VIDEOS), videos);
  }

  /** Every other video has eight of them. */
  private static boolean anomalous(int video, int segment) {
    return video % 2 == 0 && segment >= video / 2 && segment < video / 2 + 8;
  }

  private static TrainStage.Options options(int epochs) {
    return new TrainStage.Options(
        "train", TrainingPlan.standard(0).withEpochs(epochs), ThresholdChoice.auto());
  }

  private static ObjectNode training(StageContext context) {
    ModelStore store = new ModelStore(context.workspace());
    return store.training(store.requireCurrent());
  }

  private static Map<String, Double> scores(StageContext context) {
    Map<String, Double> scores = new HashMap<>();
    for (Row row : read(context, SEGMENTS.in(Table.SEGMENT_SCORES))) {
      scores.put(row.getAs("video_id") + " " + row.getAs("segment_index"), row.getAs("score"));
    }
    return scores;
  }

  private static Map<String, Integer> labels(StageContext context) {
    Map<String, Integer> labels = new HashMap<>();
    for (Row row : read(context, Leaf.of(Table.FINE_LABELS))) {
      labels.put(row.getAs("video_id") + " " + row.getAs("segment_index"), row.getAs("label"));
    }
    return labels;
  }

  private static List<Row> read(StageContext context, Leaf leaf) {
    return context.workspace().read(context.spark(), leaf).collectAsList();
  }

  /** By counting pairs, ties half. */
  private static double auc(Map<String, Double> scores, Map<String, Integer> labels) {
    long twice = 0;
    long pairs = 0;
    for (var positive : labels.entrySet()) {
      if (positive.getValue() == 1) {
        double score = scores.get(positive.getKey());
        for (var negative : labels.entrySet()) {
          if (negative.getValue() == 0) {
            int order = Double.compare(score, scores.get(negative.getKey()));
            twice += order > 0 ? 2 : order == 0 ? 1 : 0;
            pairs++;
          }
        }
      }
    }
    return twice / 2.0 / pairs;
  }
}
