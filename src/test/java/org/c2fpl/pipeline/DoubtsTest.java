package org.c2fpl.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.c2fpl.coarse.Clustering;
import org.c2fpl.coarse.CoarseMethod;
import org.c2fpl.coarse.CoarseStage;
import org.c2fpl.coarse.Eta;
import org.c2fpl.coarse.Supervision;
import org.c2fpl.errors.DataException;
import org.c2fpl.fine.FineStage;
import org.c2fpl.method.statistics.NormKind;
import org.c2fpl.report.ReportStage;
import org.c2fpl.stage.Doubts;
import org.c2fpl.stage.StageContext;
import org.c2fpl.stage.StageRunner;
import org.c2fpl.stats.Statistic;
import org.c2fpl.stats.StatsStage;
import org.c2fpl.testing.Fixtures;
import org.c2fpl.workspace.Leaf;
import org.c2fpl.workspace.Table;
import org.c2fpl.workspace.WriteMode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Doubts are reported once, with a number, and kept for the report. */
class DoubtsTest {
  private static final Leaf TRAIN = Leaf.of(Table.SEGMENTS, "train", "0");
  private static final Leaf TEST = Leaf.of(Table.SEGMENTS, "test", "0");
  private static final Leaf COARSE = Leaf.of(Table.COARSE_LABELS);
  private static final int DIM = 64;

  @TempDir Path folder;

  private final ByteArrayOutputStream heard = new ByteArrayOutputStream();

  /** Unit vectors as float32 and float16 store them, and one and the same norm everywhere. */
  @ParameterizedTest
  @ValueSource(strings = {"float32", "float16", "constant"})
  void normsThatAreRoundingAreRefused(String stored) {
    StageContext context = context();
    unitVectors(context, TRAIN, stored);
    stats(context, false, List.of());
    assertThatThrownBy(
            () -> StageRunner.run(context, new CoarseStage(), new CoarseStage.Options(1, "train")))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith(
            "Cannot label videos by norms: the norms of the training segments differ by no more"
                + " than rounding (mean 1.000, deviation ")
        .hasMessageEndingWith("Use --standardize or --preset robust.");
    Fixtures.put(context, COARSE, coarse());
    assertThatThrownBy(
            () -> StageRunner.run(context, new FineStage(), new FineStage.Options(0.2, "train")))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith("Cannot label segments by norms: ");
  }

  @Test
  void standardisingAndOtherStatisticsAreTheWayOut() {
    StageContext context = context();
    unitVectors(context, TRAIN, "float32");
    stats(context, true, List.of());
    StageRunner.run(context, new CoarseStage(), new CoarseStage.Options(1, "train"));
    StageRunner.run(context, new FineStage(), new FineStage.Options(0.2, "train"));
    StageContext again =
        new StageContext(
            context.spark(), context.workspace(), 0, WriteMode.OVERWRITE, context.events());
    stats(again, false, List.of(Statistic.MAHALANOBIS));
    StageRunner.run(
        again,
        new CoarseStage(),
        new CoarseStage.Options(
            new CoarseMethod(Clustering.RANKED, Eta.AUTO, Supervision.UNSUPERVISED, 1, 0.2),
            "train"));
    StageRunner.run(again, new FineStage(), new FineStage.Options(0.2, "train"));
    assertThat(warnings()).doesNotContain("norms of the training segments");
  }

  @Test
  void aSmallSpreadIsWarnedOfOnceAndAUsualOneNot() {
    for (double spread : new double[] {0.01, 0.0005}) {
      StageContext context = context(folder.resolve("spread-" + spread));
      Random random = new Random(5);
      footage(
          context, TRAIN, 12, 20, (v, s) -> uniform(random, 1 + spread * random.nextGaussian()));
      stats(context, false, List.of());
      StageRunner.run(context, new CoarseStage(), new CoarseStage.Options(1, "train"));
      StageRunner.run(context, new FineStage(), new FineStage.Options(0.2, "train"));
      String told = "the norms of the training segments are close to each other (mean ";
      if (spread == 0.01) {
        assertThat(warnings()).doesNotContain(told);
      } else {
        assertThat(warnings()).containsOnlyOnce(told);
        assertThat(doubts(context, COARSE)).singleElement().asString().startsWith(told);
      }
    }
  }

  @Test
  void zerosPaddingAndSharedIdsAreCounted() throws IOException {
    Random random = new Random(6);
    for (boolean standardize : new boolean[] {false, true}) {
      heard.reset();
      StageContext each = context(folder.resolve("standardize-" + standardize));
      // Zeros within videos 2 and 3; the last 5 segments of video 1 are equal, the last 2 of video
      // 4.
      footage(
          each,
          TRAIN,
          6,
          20,
          (v, s) -> {
            if ((v == 2 || v == 3) && s >= 4 && s < 7) {
              return new float[DIM];
            }
            long seed = v == 1 && s >= 15 ? 15 : v == 4 && s >= 18 ? 18 : s;
            return uniform(new Random(1000 * v + seed), 1);
          });
      footage(each, TEST, 3, 10, (v, s) -> uniform(random, 1));
      stats(each, standardize, List.of());
      String zeros =
          "segments/split=train/batch=0: the features of 6 segments in 2 videos are all zero. Check"
              + " the extractor's output there";
      String padding =
          "segments/split=train/batch=0: the last segments of 1 video have equal norms, as if"
              + " padded: 4 segments with the norm of the one before. Cut padding off, or the"
              + " detector learns from it and scores it";
      String shared =
          "segments/split=test/batch=0: the ids of 3 videos are in split train, too. If they are"
              + " the same videos, figures on them are no test";
      assertThat(doubts(each, TRAIN.in(Table.VIDEO_STATS))).containsExactly(zeros, padding);
      assertThat(doubts(each, TEST.in(Table.VIDEO_STATS))).containsExactly(shared);
      assertThat(warnings())
          .containsOnlyOnce(zeros)
          .containsOnlyOnce(padding)
          .containsOnlyOnce(shared);
    }
    StageContext last = context(folder.resolve("standardize-true"));
    StageRunner.run(last, new ReportStage(), 0);
    String page = Files.readString(folder.resolve("standardize-true/report/index.html"));
    assertThat(page)
        .contains("the features of 6 segments in 2 videos are all zero")
        .contains("the ids of 3 videos are in split train, too");
  }

  @Test
  void anOvershootOfTheRatioIsCounted() {
    StageContext context = context();
    Random random = new Random(7);
    List<Row> stats = new ArrayList<>();
    // A third of the videos is far from the rest, but alone too few; the rest splits into a small
    // group and a large one, of which the smaller becomes anomalous.
    for (int v = 0; v < 120; v++) {
      double mean = v < 50 ? 10 : v < 89 ? 20 : 30;
      stats.add(
          RowFactory.create(
              "v%03d".formatted(v),
              20,
              mean + 0.1 * random.nextGaussian(),
              1 + 0.1 * random.nextGaussian()));
    }
    Fixtures.put(context, TRAIN.in(Table.VIDEO_STATS), stats);
    StageRunner.run(context, new CoarseStage(), new CoarseStage.Options(0.2, "train"));
    long anomalous = context.workspace().read(context.spark(), COARSE).filter("label = 1").count();
    assertThat(anomalous).isGreaterThan(30);
    String told =
        "the last split overshot --eta 0.2 widely: "
            + anomalous
            + " of 120 videos are labelled anomalous where η asks for more than 20.0. If fewer are"
            + " anomalous, use a smaller --eta or --preset robust";
    assertThat(warnings()).containsOnlyOnce(told);
    assertThat(doubts(context, COARSE)).containsExactly(told);
  }

  private interface Features {
    float[] of(int video, int segment);
  }

  private static void footage(
      StageContext context, Leaf leaf, int videos, int length, Features features) {
    List<Row> segments = new ArrayList<>();
    List<Row> ids = new ArrayList<>();
    for (int v = 0; v < videos; v++) {
      ids.add(RowFactory.create("v" + v, null, null, null, null));
      for (int s = 0; s < length; s++) {
        segments.add(RowFactory.create("v" + v, s, Fixtures.bytes(features.of(v, s))));
      }
    }
    Fixtures.put(
        context,
        leaf,
        segments,
        3,
        details -> details.put("crops", 1).put("dim", DIM).put("frames_per_segment", 16));
    Fixtures.put(context, leaf.in(Table.VIDEOS), ids);
  }

  private static void unitVectors(StageContext context, Leaf leaf, String stored) {
    Random random = new Random(4);
    footage(
        context,
        leaf,
        12,
        20,
        (v, s) -> {
          if (stored.equals("constant")) {
            float[] one = new float[DIM];
            one[random.nextInt(DIM)] = 1;
            return one;
          }
          float[] values = uniform(random, 1);
          if (stored.equals("float16")) {
            for (int i = 0; i < DIM; i++) {
              // The 13 digits that float16 lacks, rounded away.
              values[i] =
                  Float.intBitsToFloat((Float.floatToIntBits(values[i]) + 0x1000) & ~0x1fff);
            }
          }
          return values;
        });
  }

  /** Random components, scaled to a length. */
  private static float[] uniform(Random random, double length) {
    double[] values = random.doubles(DIM).map(value -> value - 0.3).toArray();
    double norm = Math.sqrt(java.util.Arrays.stream(values).map(x -> x * x).sum());
    float[] scaled = new float[DIM];
    for (int i = 0; i < DIM; i++) {
      scaled[i] = (float) (values[i] / norm * length);
    }
    return scaled;
  }

  private static List<Row> coarse() {
    List<Row> rows = new ArrayList<>();
    for (int v = 0; v < 12; v++) {
      rows.add(RowFactory.create("v" + v, 1.0, 0.0, v % 2, 1));
    }
    return rows;
  }

  private static void stats(StageContext context, boolean standardize, List<Statistic> statistics) {
    StageRunner.run(
        context,
        new StatsStage(),
        new StatsStage.Options(List.of(), standardize, NormKind.L2, statistics, 0, "train"));
  }

  private static List<String> doubts(StageContext context, Leaf leaf) {
    return Doubts.in(context.workspace().manifest(leaf).orElseThrow().details());
  }

  private StageContext context() {
    return context(folder);
  }

  private StageContext context(Path where) {
    return Fixtures.context(where, WriteMode.ERROR, heard);
  }

  private String warnings() {
    return heard.toString(StandardCharsets.UTF_8);
  }
}
