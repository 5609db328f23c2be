package org.c2fpl.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.c2fpl.detector.Descent;
import org.c2fpl.detector.DetectorModel;
import org.c2fpl.detector.LearningRateRule;
import org.c2fpl.detector.MasterKind;
import org.c2fpl.detector.ModelStore;
import org.c2fpl.detector.Optimizer;
import org.c2fpl.detector.TrainingPlan;
import org.c2fpl.errors.DataException;
import org.c2fpl.errors.UsageException;
import org.c2fpl.method.detection.ScoreSmoothing;
import org.c2fpl.promote.PromoteStage;
import org.c2fpl.score.ScoreStage;
import org.c2fpl.stage.StageContext;
import org.c2fpl.stage.StageRunner;
import org.c2fpl.stats.StatsStage;
import org.c2fpl.testing.Fixtures;
import org.c2fpl.train.ThresholdChoice;
import org.c2fpl.train.TrainStage;
import org.c2fpl.workspace.Leaf;
import org.c2fpl.workspace.Table;
import org.c2fpl.workspace.WriteMode;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DetectorStagesTest {
  private static final int DIM = 6;
  private static final int CROPS = 2;
  private static final int VIDEOS = 6;
  private static final int SEGMENTS = 20;
  private static final Leaf TRAIN = Leaf.of(Table.SEGMENTS, "train", "0");
  private static final Leaf TEST = Leaf.of(Table.SEGMENTS, "test", "0");

  @TempDir Path folder;
  private StageContext context;

  @BeforeEach
  void ingestAndLabel() {
    context = Fixtures.context(folder);
    footage(TRAIN, 1, CROPS, 25.0);
    footage(TEST, 2, CROPS, null);
    Fixtures.put(context, TRAIN.in(Table.SEGMENT_NORMS), List.of());
    Fixtures.put(context, Leaf.of(Table.FINE_LABELS), labels());
  }

  @Test
  void trainsScoresAndDetects() {
    StageRunner.run(context, new TrainStage(), options(6, ThresholdChoice.auto()));
    ModelStore store = new ModelStore(context.workspace());
    DetectorModel model = store.load();
    assertThat(model.thresholdRule()).isEqualTo("auto");
    assertThat(store.training(model.id()).path("losses")).hasSize(6);
    assertThat(store.training(model.id()).path("anomalous_segments").asInt()).isEqualTo(12);
    assertThat(folder.resolve("model/_checkpoints")).doesNotExist();

    StageRunner.run(context, new ScoreStage(), new ScoreStage.Options(List.of(), null));
    List<Row> scores = read(TRAIN.in(Table.SEGMENT_SCORES));
    assertThat(scores).hasSize(VIDEOS * SEGMENTS);
    long above = scores.stream().filter(row -> score(row) > model.threshold()).count();
    assertThat(above).isLessThanOrEqualTo(12).isGreaterThan(6);
    assertThat(scores)
        .allSatisfy(row -> assertThat((String) row.getAs("model")).isEqualTo(model.id()));

    checkDetections(TRAIN, model.threshold(), 25.0);
    checkDetections(TEST, model.threshold(), null);
  }

  /** Detections recomputed from the written scores, segment by segment. */
  private void checkDetections(Leaf leaf, double threshold, Double fps) {
    List<String> expected = new ArrayList<>();
    byVideo(leaf)
        .forEach(
            (video, rows) -> {
              int from = -1;
              for (int s = 0; s <= SEGMENTS; s++) {
                boolean high = s < SEGMENTS && score(rows.get(s)) > threshold;
                if (high && from < 0) {
                  from = s;
                } else if (!high && from >= 0) {
                  expected.add(video + " " + 16L * from + " " + 16L * s);
                  from = -1;
                }
              }
            });
    List<Row> detections = read(leaf.in(Table.DETECTIONS));
    assertThat(detections)
        .extracting(
            row ->
                row.getAs("video_id")
                    + " "
                    + row.getAs("start_frame")
                    + " "
                    + row.getAs("end_frame"))
        .containsExactlyInAnyOrderElementsOf(expected);
    assertThat(detections).isNotEmpty();
    for (Row row : detections) {
      if (fps == null) {
        assertThat((Double) row.getAs("start_seconds")).isNull();
      } else {
        long start = row.getAs("start_frame");
        assertThat((Double) row.getAs("start_seconds")).isEqualTo(start / fps, within(1e-12));
      }
      assertThat((Double) row.getAs("peak_score"))
          .isGreaterThanOrEqualTo((Double) row.getAs("mean_score"))
          .isGreaterThan(threshold);
    }
  }

  @Test
  void smoothsScoresAlikeForTheThresholdAndWhenScoring() {
    StageRunner.run(context, new TrainStage(), options(3, ThresholdChoice.auto()));
    StageRunner.run(context, new ScoreStage(), new ScoreStage.Options(List.of("train"), null));
    Map<String, List<Row>> raw = byVideo(TRAIN);
    StageContext overwrite = Fixtures.context(folder, 0, WriteMode.OVERWRITE);
    StageRunner.run(
        overwrite,
        new TrainStage(),
        new TrainStage.Options("train", plan(3), ThresholdChoice.auto(), true, false, 1.5, 0));
    DetectorModel model = new ModelStore(context.workspace()).load();
    assertThat(model.smooth()).isEqualTo(1.5);
    StageRunner.run(overwrite, new ScoreStage(), new ScoreStage.Options(List.of("train"), null));
    Map<String, List<Row>> smoothed = byVideo(TRAIN);
    int[] indices = java.util.stream.IntStream.range(0, SEGMENTS).toArray();
    long above = 0;
    for (String video : raw.keySet()) {
      double[] scores = raw.get(video).stream().mapToDouble(DetectorStagesTest::score).toArray();
      double[] expected = new ScoreSmoothing(1.5).smooth(indices, scores);
      double[] found =
          smoothed.get(video).stream().mapToDouble(DetectorStagesTest::score).toArray();
      assertThat(found).containsExactly(expected, within(1e-6));
      above += java.util.Arrays.stream(found).filter(score -> score > model.threshold()).count();
    }
    // The share of the 12 segments labelled anomalous, ties aside.
    assertThat(above).isBetween(11L, 12L);
    assertThat(
            context.workspace().manifest(TRAIN.in(Table.SEGMENT_SCORES)).orElseThrow().parameters())
        .containsEntry("smooth", 1.5);
  }

  @Test
  void trainsAVariantOfTheDetector() {
    TrainingPlan plan = plan(2).withDescent(new Descent(Optimizer.NESTEROV, 0.9, List.of(1), 0.1));
    StageRunner.run(
        context,
        new TrainStage(),
        new TrainStage.Options("train", plan, ThresholdChoice.auto(), false, true, 0, 0));
    ModelStore store = new ModelStore(context.workspace());
    DetectorModel model = store.load();
    assertThat(model.architecture().attention()).isFalse();
    assertThat(model.architecture().decayBiases()).isTrue();
    var training = store.training(model.id());
    assertThat(training.path("optimizer").asText()).isEqualTo("nesterov");
    assertThat(training.path("learning_rate_steps").get(0).asInt()).isEqualTo(1);
  }

  private Map<String, List<Row>> byVideo(Leaf leaf) {
    return read(leaf.in(Table.SEGMENT_SCORES)).stream()
        .sorted(Comparator.comparingInt(row -> row.getAs("segment_index")))
        .collect(Collectors.groupingBy(row -> row.getAs("video_id")));
  }

  @Test
  void modelsAreKeptOrReplacedAsTheWriteModeSays() {
    StageRunner.run(context, new TrainStage(), options(1, ThresholdChoice.auto()));
    String id = new ModelStore(context.workspace()).requireCurrent();
    assertThatThrownBy(
            () -> StageRunner.run(context, new TrainStage(), options(1, ThresholdChoice.auto())))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith("Cannot write model: version " + id + " is already there.");
    StageContext skip = Fixtures.context(folder, 0, WriteMode.SKIP);
    StageRunner.run(skip, new TrainStage(), options(1, ThresholdChoice.auto()));
    assertThatThrownBy(
            () -> StageRunner.run(skip, new TrainStage(), options(2, ThresholdChoice.auto())))
        .hasMessageContaining("from other inputs or parameters");
    StageContext overwrite = Fixtures.context(folder, 0, WriteMode.OVERWRITE);
    StageRunner.run(overwrite, new TrainStage(), options(1, new ThresholdChoice(0.25, null)));
    assertThat(new ModelStore(context.workspace()).requireCurrent()).isEqualTo(id);
    assertThat(new ModelStore(context.workspace()).load().threshold()).isEqualTo(0.25);
  }

  @Test
  void aCandidateIsStoredBesideTheCurrentModel() {
    StageRunner.run(context, new TrainStage(), options(1, ThresholdChoice.auto()));
    ModelStore store = new ModelStore(context.workspace());
    String current = store.requireCurrent();
    StageRunner.run(context, TrainStage.candidate(), options(2, ThresholdChoice.auto()));
    assertThat(store.requireCurrent()).isEqualTo(current);
    List<ModelStore.Version> versions = store.versions();
    assertThat(versions).hasSize(2);
    assertThat(versions.get(1).id()).isEqualTo(current);
    // Neither is trained again, whether it is in use or not.
    StageRunner.run(context, TrainStage.candidate(), options(2, ThresholdChoice.auto()));
    StageRunner.run(
        Fixtures.context(folder, 0, WriteMode.SKIP),
        TrainStage.candidate(),
        options(1, ThresholdChoice.auto()));
    assertThat(store.versions()).isEqualTo(versions);
    // The same parameters would take the current version's folder.
    assertThatThrownBy(
            () ->
                StageRunner.run(
                    context, TrainStage.candidate(), options(1, new ThresholdChoice(0.25, null))))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith("Cannot store candidate " + current);
    assertThat(store.load().thresholdRule()).isEqualTo("auto");
  }

  @Test
  void promotesTheBetterOfTwoModelsOnly() {
    Map<String, Double> first = scoredBy(1);
    Map<String, Double> second = scoredBy(4);
    ModelStore store = new ModelStore(context.workspace());
    String secondId = store.requireCurrent();
    String firstId =
        store.versions().stream()
            .map(ModelStore.Version::id)
            .filter(id -> !id.equals(secondId))
            .findFirst()
            .orElseThrow();
    // A truth that has little to do with the labels, so that both models are far from perfect.
    Fixtures.put(context, Leaf.of(Table.ANNOTATIONS), annotations());
    double firstAuc = auc(first);
    double secondAuc = auc(second);
    assertThat(firstAuc).isNotEqualTo(secondAuc);
    String better = firstAuc > secondAuc ? firstId : secondId;
    String worse = better.equals(firstId) ? secondId : firstId;
    StageRunner.run(context, new PromoteStage(), new PromoteStage.Options(better, false, "test"));

    PromoteStage.Options promoteWorse = new PromoteStage.Options(worse, true, "test");
    assertThatThrownBy(() -> StageRunner.run(context, new PromoteStage(), promoteWorse))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith("Cannot promote " + worse + ": it is worse than " + better)
        .hasMessageContaining(String.format(java.util.Locale.ROOT, "%.4f", firstAuc))
        .hasMessageContaining(String.format(java.util.Locale.ROOT, "%.4f", secondAuc));
    assertThat(store.requireCurrent()).isEqualTo(better);
    JsonNode comparison = comparison(store, better, worse);
    assertThat(comparison.path("verdict").asText()).isEqualTo("worse");
    assertThat(comparison.path("annotated_videos").asInt()).isEqualTo(VIDEOS);
    assertThat(comparison.path("candidate").path("frame_auc").asDouble())
        .isEqualTo(Math.min(firstAuc, secondAuc), within(1e-12));
    checkAgreement(comparison.path("agreement"), first, second, store, firstId, secondId);

    StageRunner.run(context, new PromoteStage(), new PromoteStage.Options(worse, false, "test"));
    assertThat(store.requireCurrent()).isEqualTo(worse);
    StageRunner.run(context, new PromoteStage(), new PromoteStage.Options(better, true, "test"));
    assertThat(store.requireCurrent()).isEqualTo(better);
    assertThat(comparison(store, worse, better).path("verdict").asText()).isEqualTo("not worse");
    assertThat(read(TEST.in(Table.SEGMENT_SCORES)))
        .as("the current model's tables stay as they are")
        .allSatisfy(row -> assertThat((String) row.getAs("model")).isEqualTo(secondId));
  }

  /** Trains so many epochs, promotes, scores; the scores of split test by segment. */
  private Map<String, Double> scoredBy(int epochs) {
    StageContext overwrite = Fixtures.context(folder, 0, WriteMode.OVERWRITE);
    StageRunner.run(overwrite, new TrainStage(), options(epochs, ThresholdChoice.auto()));
    StageRunner.run(overwrite, new ScoreStage(), new ScoreStage.Options(List.of("test"), null));
    Map<String, Double> scores = new java.util.TreeMap<>();
    for (Row row : read(TEST.in(Table.SEGMENT_SCORES))) {
      scores.put(row.getAs("video_id") + " " + row.getAs("segment_index"), score(row));
    }
    return scores;
  }

  private static List<Row> annotations() {
    List<Row> rows = new ArrayList<>();
    for (int v = 0; v < VIDEOS; v++) {
      Object ranges = List.of(RowFactory.create(16L * 2 * v, 16L * (2 * v + 4)));
      rows.add(RowFactory.create("v" + v, "test", 1, null, null, ranges));
    }
    return rows;
  }

  private static boolean annotated(String segment) {
    int video = Integer.parseInt(segment.substring(1, segment.indexOf(' ')));
    int index = Integer.parseInt(segment.substring(segment.indexOf(' ') + 1));
    return index >= 2 * video && index < 2 * video + 4;
  }

  /** By counting pairs; every segment has 16 frames, so that of frames is the same. */
  private static double auc(Map<String, Double> scores) {
    double wins = 0;
    long pairs = 0;
    for (var anomalous : scores.entrySet()) {
      for (var normal : scores.entrySet()) {
        if (annotated(anomalous.getKey()) && !annotated(normal.getKey())) {
          int order = Double.compare(anomalous.getValue(), normal.getValue());
          wins += order > 0 ? 1 : order == 0 ? 0.5 : 0;
          pairs++;
        }
      }
    }
    return wins / pairs;
  }

  private static void checkAgreement(
      JsonNode found,
      Map<String, Double> first,
      Map<String, Double> second,
      ModelStore store,
      String firstId,
      String secondId) {
    double firstThreshold = store.threshold(firstId).orElseThrow();
    double secondThreshold = store.threshold(secondId).orElseThrow();
    long alike = 0;
    long both = 0;
    long either = 0;
    for (String segment : first.keySet()) {
      boolean one = first.get(segment) > firstThreshold;
      boolean other = second.get(segment) > secondThreshold;
      alike += one == other ? 1 : 0;
      both += one && other ? 1 : 0;
      either += one || other ? 1 : 0;
    }
    assertThat(found.path("share_alike").asDouble()).isEqualTo(alike / (double) first.size());
    assertThat(found.path("jaccard").asDouble()).isEqualTo(both / (double) either);
    double[] ranks = ranks(first);
    double[] otherRanks = ranks(second);
    assertThat(found.path("rank_correlation").asDouble())
        .isEqualTo(correlation(ranks, otherRanks), within(1e-9));
  }

  /** Mean ranks of ties, in the order of keys. */
  private static double[] ranks(Map<String, Double> scores) {
    double[] values = scores.values().stream().mapToDouble(Double::doubleValue).toArray();
    double[] ranks = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      for (double value : values) {
        ranks[i] += value < values[i] ? 1 : value == values[i] ? 0.5 : 0;
      }
    }
    return ranks;
  }

  private static double correlation(double[] x, double[] y) {
    double meanX = java.util.Arrays.stream(x).average().orElseThrow();
    double meanY = java.util.Arrays.stream(y).average().orElseThrow();
    double xy = 0;
    double xx = 0;
    double yy = 0;
    for (int i = 0; i < x.length; i++) {
      xy += (x[i] - meanX) * (y[i] - meanY);
      xx += (x[i] - meanX) * (x[i] - meanX);
      yy += (y[i] - meanY) * (y[i] - meanY);
    }
    return xy / Math.sqrt(xx * yy);
  }

  private JsonNode comparison(ModelStore store, String current, String candidate) {
    return context.workspace().readJson(store.comparison(current, candidate)).orElseThrow();
  }

  @Test
  void withoutTruthAPersonDecides() {
    StageContext overwrite = Fixtures.context(folder, 0, WriteMode.OVERWRITE);
    StageRunner.run(overwrite, new StatsStage(), new StatsStage.Options(List.of(), true, "train"));
    StageRunner.run(context, new TrainStage(), options(1, ThresholdChoice.auto()));
    ModelStore store = new ModelStore(context.workspace());
    String current = store.requireCurrent();
    StageRunner.run(context, TrainStage.candidate(), options(2, ThresholdChoice.auto()));
    String candidate = store.versions().get(0).id();
    // The newest version, without being named.
    assertThatThrownBy(
            () ->
                StageRunner.run(
                    context, new PromoteStage(), new PromoteStage.Options(null, true, "train")))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith("Cannot decide whether " + candidate + " is worse than " + current)
        .hasMessageContaining("shift 0.00 and norm 1.00 for the candidate model");
    assertThat(store.requireCurrent()).isEqualTo(current);
    JsonNode comparison = comparison(store, current, candidate);
    assertThat(comparison.path("verdict").asText()).isEqualTo("undecidable");
    assertThat(comparison.path("candidate").path("frame_auc").isNull()).isTrue();
    assertThat(comparison.path("segments").asInt()).isEqualTo(VIDEOS * SEGMENTS);
    StageRunner.run(context, new PromoteStage(), new PromoteStage.Options(null, false, "train"));
    assertThat(store.requireCurrent()).isEqualTo(candidate);
    // Once more is no error: a scheduler may have lost the answer.
    StageRunner.run(context, new PromoteStage(), new PromoteStage.Options(null, true, "train"));
    assertThat(store.requireCurrent()).isEqualTo(candidate);
  }

  @Test
  void oneBatchIsDoneAlone() {
    StageRunner.run(context, new TrainStage(), options(1, ThresholdChoice.auto()));
    Leaf second = Leaf.of(Table.SEGMENTS, "test", "2026-11-24");
    footage(second, 3, CROPS, null);
    StageRunner.run(
        context,
        new ScoreStage(List.of("2026-11-24")),
        new ScoreStage.Options(List.of("test"), null));
    StageRunner.run(
        context,
        new StatsStage(List.of("2026-11-24")),
        new StatsStage.Options(List.of("test"), false, "train"));
    assertThat(context.workspace().leaves(Table.SEGMENT_SCORES))
        .containsExactly(second.in(Table.SEGMENT_SCORES));
    assertThat(context.workspace().leaves(Table.VIDEO_STATS, "test"))
        .containsExactly(second.in(Table.VIDEO_STATS));
    assertThatThrownBy(
            () ->
                StageRunner.run(
                    context,
                    new ScoreStage(List.of("2026-11-25")),
                    new ScoreStage.Options(List.of("test"), null)))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith("Cannot find batch 2026-11-25 in workspace ");
  }

  @Test
  void goesOnWhereTheTimeWasUp() {
    TrainingPlan plan = plan(3);
    StageRunner.run(
        context,
        new TrainStage(),
        new TrainStage.Options(
            "train", plan.withMaxTime(Duration.ofNanos(1)), ThresholdChoice.auto()));
    ModelStore store = new ModelStore(context.workspace());
    String part = store.requireCurrent();
    assertThat(store.training(part).path("epochs").asInt()).isEqualTo(1);
    assertThat(store.training(part).path("stopped_early").asBoolean()).isTrue();
    StageRunner.run(
        context, new TrainStage(), new TrainStage.Options("train", plan, ThresholdChoice.auto()));
    String whole = store.requireCurrent();
    assertThat(store.training(whole).path("epochs_this_run").asInt()).isEqualTo(2);
    assertThat(store.training(whole).path("stopped_early").asBoolean()).isFalse();
    StageRunner.run(
        Fixtures.context(folder, 0, WriteMode.OVERWRITE),
        new TrainStage(),
        new TrainStage.Options("train", plan, ThresholdChoice.auto()));
    assertThat(store.requireCurrent()).isEqualTo(whole);
  }

  @Test
  void thresholdKeepsARateOfAlarms() {
    // 6 videos × 20 segments × 16 frames at 25 fps are 76.8 s.
    double hours = VIDEOS * SEGMENTS * 16 / 25.0 / 3600;
    StageRunner.run(context, new TrainStage(), options(3, new ThresholdChoice(null, 3 / hours)));
    StageRunner.run(context, new ScoreStage(), new ScoreStage.Options(List.of("train"), null));
    assertThat(read(TRAIN.in(Table.DETECTIONS))).hasSizeBetween(1, 3);
    assertThat(new ModelStore(context.workspace()).load().thresholdRule())
        .endsWith("alarms per hour");
  }

  @Test
  void rateOfAlarmsNeedsFps() {
    footage(TRAIN, 1, CROPS, null);
    assertThatThrownBy(
            () ->
                StageRunner.run(
                    context, new TrainStage(), options(1, new ThresholdChoice(null, 1.0))))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("6 of 6 training videos have no fps.");
  }

  @Test
  void scoreTakesAnotherThresholdAndRefusesOtherFeatures() {
    StageRunner.run(context, new TrainStage(), options(1, ThresholdChoice.auto()));
    StageRunner.run(context, new ScoreStage(), new ScoreStage.Options(List.of("test"), 1.0));
    assertThat(read(TEST.in(Table.DETECTIONS))).isEmpty();
    assertThat(context.workspace().manifest(TRAIN.in(Table.SEGMENT_SCORES))).isEmpty();
    Leaf other = Leaf.of(Table.SEGMENTS, "other", "0");
    footage(other, 3, 3, null);
    assertThatThrownBy(
            () ->
                StageRunner.run(
                    context, new ScoreStage(), new ScoreStage.Options(List.of("other"), null)))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith(
            "Cannot score segments/split=other/batch=0: its features are 3 crops × 6, model"
                + " detector-")
        .hasMessageContaining("was trained on 2 crops × 6.");
  }

  @Test
  void refusesThresholdsThatMeanNothing() {
    assertThat(ThresholdChoice.of("auto", null)).isEqualTo(ThresholdChoice.auto());
    assertThat(ThresholdChoice.of("0.4", null).value()).isEqualTo(0.4);
    assertThatThrownBy(() -> ThresholdChoice.of("high", null))
        .isInstanceOf(UsageException.class)
        .hasMessage("Cannot use --threshold high: it is no number. Give auto or a number.");
    assertThatThrownBy(() -> ThresholdChoice.of("2", null))
        .hasMessageContaining("it must be from 0 to 1");
    assertThatThrownBy(() -> ThresholdChoice.of("0.4", 2.0)).hasMessageContaining("together");
    assertThatThrownBy(() -> ThresholdChoice.of(null, -2.0)).hasMessageContaining("at least 0");
  }

  @Test
  void missingTablesAreNamed() throws IOException {
    Path empty = Files.createDirectory(folder.resolve("empty"));
    StageContext none = Fixtures.context(empty);
    assertThatThrownBy(
            () -> StageRunner.run(none, new TrainStage(), options(1, ThresholdChoice.auto())))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("segments/split=train");
    assertThatThrownBy(
            () -> StageRunner.run(none, new ScoreStage(), new ScoreStage.Options(List.of(), null)))
        .hasMessageContaining("Run 'c2fpl train' first.");
  }

  private void footage(Leaf leaf, long seed, int crops, Double fps) {
    Random random = new Random(seed);
    List<Row> segments = new ArrayList<>();
    List<Row> videos = new ArrayList<>();
    for (int v = 0; v < VIDEOS; v++) {
      videos.add(RowFactory.create("v" + v, null, fps, null, null));
      for (int s = 0; s < SEGMENTS; s++) {
        float[] values = new float[crops * DIM];
        for (int i = 0; i < values.length; i++) {
          values[i] = (float) (random.nextGaussian() * 0.3 + (anomalous(v, s) ? 3 : 0));
        }
        segments.add(RowFactory.create("v" + v, s, Fixtures.bytes(values)));
      }
    }
    Fixtures.put(
        context,
        leaf,
        segments,
        3,
        details -> details.put("crops", crops).put("dim", DIM).put("frames_per_segment", 16));
    Fixtures.put(context, leaf.in(Table.VIDEOS), videos);
  }

  private static List<Row> labels() {
    List<Row> labels = new ArrayList<>();
    for (int v = 0; v < VIDEOS; v++) {
      for (int s = 0; s < SEGMENTS; s++) {
        labels.add(RowFactory.create("v" + v, s, 1.0, null, anomalous(v, s) ? 1 : 0));
      }
    }
    return labels;
  }

  private static boolean anomalous(int video, int segment) {
    return video % 2 == 0 && segment >= 8 && segment < 12;
  }

  private static TrainStage.Options options(int epochs, ThresholdChoice threshold) {
    return new TrainStage.Options("train", plan(epochs), threshold);
  }

  private static TrainingPlan plan(int epochs) {
    return new TrainingPlan(
        epochs, 16, 2, 10, 8, 0.1, LearningRateRule.LINEAR, 5, MasterKind.AVERAGING, null);
  }

  private List<Row> read(Leaf leaf) {
    return context.workspace().read(context.spark(), leaf).collectAsList();
  }

  private static double score(Row row) {
    return row.getAs("score");
  }
}
