package org.c2fpl.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.assertj.core.data.Percentage;
import org.c2fpl.errors.DataException;
import org.c2fpl.method.statistics.NormKind;
import org.c2fpl.stage.StageContext;
import org.c2fpl.stage.StageRunner;
import org.c2fpl.testing.Fixtures;
import org.c2fpl.workspace.Leaf;
import org.c2fpl.workspace.Table;
import org.c2fpl.workspace.WriteMode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StatsStageTest {
  private static final int CROPS = 3;
  private static final int DIM = 7;
  private static final Leaf TRAIN = Leaf.of(Table.SEGMENTS, "train", "0");
  private static final Leaf TEST = Leaf.of(Table.SEGMENTS, "test", "0");
  private static final Percentage TIGHT = Percentage.withPercentage(1e-7); // 1e-9 relative

  @TempDir Path folder;

  @Test
  void normsAndStatisticsEqualAnIndependentComputation() {
    Map<String, float[][]> footage = footage(1);
    StageContext context = ingested("a", footage, 2);
    stats(context, false);

    Map<String, List<BigDecimal>> norms = new TreeMap<>();
    footage.forEach((video, segments) -> norms.put(video, plainNorms(segments, null, null)));
    checkAgainst(context, norms);
  }

  @Test
  void standardisedNormsEqualAnIndependentComputation() {
    Map<String, float[][]> footage = footage(2);
    StageContext context = ingested("a", footage, 2);
    stats(context, true);

    BigDecimal[] mean = new BigDecimal[DIM];
    BigDecimal[] deviation = new BigDecimal[DIM];
    plainProfile(footage, mean, deviation);
    for (Row row :
        context.workspace().read(context.spark(), Leaf.of(Table.FEATURE_PROFILE)).collectAsList()) {
      int d = row.getAs("dimension");
      assertThat(row.<Double>getAs("mean")).isCloseTo(mean[d].doubleValue(), within(1e-12));
      assertThat(row.<Double>getAs("deviation")).isCloseTo(deviation[d].doubleValue(), TIGHT);
    }
    Map<String, List<BigDecimal>> norms = new TreeMap<>();
    footage.forEach((video, segments) -> norms.put(video, plainNorms(segments, mean, deviation)));
    checkAgainst(context, norms);
  }

  @Test
  void theSquaredNormIsTheMeanOfTheCropsSquares() {
    StageContext context =
        ingested("a", Map.of("v", new float[][] {new float[CROPS * DIM], ramp()}), 1);
    StageRunner.run(
        context,
        new StatsStage(),
        new StatsStage.Options(List.of(), false, NormKind.SQUARED, List.of(), 0, "train"));
    double square = 0;
    for (float x : ramp()) {
      square += (double) x * x / CROPS;
    }
    List<Double> norms = new ArrayList<>();
    context
        .workspace()
        .read(context.spark(), TRAIN.in(Table.SEGMENT_NORMS))
        .orderBy("segment_index")
        .collectAsList()
        .forEach(row -> norms.add(row.getAs("norm")));
    assertThat(norms.get(0)).isZero();
    assertThat(norms.get(1)).isCloseTo(square, TIGHT);
    assertThatThrownBy(() -> stats(Fixtures.context(folder.resolve("a"), 0, WriteMode.SKIP), false))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("norm squared → l2");
  }

  private static float[] ramp() {
    float[] ramp = new float[CROPS * DIM];
    for (int i = 0; i < ramp.length; i++) {
      ramp[i] = i - 5;
    }
    return ramp;
  }

  @Test
  void isTheSameForAnyOrderAndPartitioning() {
    Map<String, float[][]> footage = footage(3);
    List<List<String>> all = new ArrayList<>();
    for (int partitions : new int[] {1, 2, 7}) {
      StageContext context = ingested("p" + partitions, footage, partitions);
      stats(context, true);
      List<String> rows = new ArrayList<>(Fixtures.rows(context, TRAIN.in(Table.SEGMENT_NORMS)));
      rows.addAll(Fixtures.rows(context, TRAIN.in(Table.VIDEO_STATS)));
      rows.addAll(Fixtures.rows(context, Leaf.of(Table.FEATURE_PROFILE)));
      all.add(rows);
    }
    assertThat(all.get(1)).isEqualTo(all.get(0));
    assertThat(all.get(2)).isEqualTo(all.get(0));
  }

  @Test
  void aVideoOfOneSegmentHasNoDeviation() {
    StageContext context =
        ingested("a", Map.of("short", new float[][] {new float[CROPS * DIM]}), 1);
    stats(context, false);
    Row row = context.workspace().read(context.spark(), TRAIN.in(Table.VIDEO_STATS)).first();
    assertThat(row.<Double>getAs("norm_std")).isZero();
    assertThat(row.<Integer>getAs("segments")).isEqualTo(1);
  }

  @Test
  void aSecondRunSaysWhatIsThereAndANewBatchIsDoneAlone() {
    StageContext context = ingested("a", footage(4), 1);
    stats(context, false);
    assertThatThrownBy(() -> stats(context, false))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("segment_norms/split=train/batch=0: it already exists");

    put(context, TEST, footage(5), 1);
    stats(context, false);
    assertThat(context.workspace().leaves(Table.VIDEO_STATS)).hasSize(2);
  }

  @Test
  void footageThatWasNotIngestedIsNamed() {
    StageContext context = Fixtures.context(folder.resolve("empty"));
    assertThatThrownBy(() -> stats(context, false))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("it has no segments. Run 'c2fpl ingest' first.");
  }

  @Test
  void batchesOfDifferentShapesAreRefused() {
    StageContext context = ingested("a", footage(4), 1);
    Fixtures.put(
        context,
        TEST,
        List.of(RowFactory.create("other", 0, Fixtures.bytes(1, 2))),
        1,
        details -> details.put("crops", 1).put("dim", 2).put("frames_per_segment", 16));
    assertThatThrownBy(() -> stats(context, false))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("1 crop × 2")
        .hasMessageContaining("3 crops × 7");
  }

  @Test
  void newFootageInTheTrainingSplitRefreshesTheProfile() {
    StageContext context = ingested("a", footage(4), 1);
    stats(context, true);
    List<String> before = Fixtures.rows(context, Leaf.of(Table.FEATURE_PROFILE));
    put(context, Leaf.of(Table.SEGMENTS, "train", "1"), footage(9), 1);
    assertThatThrownBy(() -> stats(context, true))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("Cannot skip feature_profile");
    StageContext refreshing = Fixtures.context(folder.resolve("a"), 0, WriteMode.REFRESH);
    stats(refreshing, true);
    assertThat(Fixtures.rows(context, Leaf.of(Table.FEATURE_PROFILE))).isNotEqualTo(before);
  }

  private static void stats(StageContext context, boolean standardize) {
    StageRunner.run(
        context, new StatsStage(), new StatsStage.Options(List.of(), standardize, "train"));
  }

  private StageContext ingested(String name, Map<String, float[][]> footage, int partitions) {
    StageContext context = Fixtures.context(folder.resolve(name));
    put(context, TRAIN, footage, partitions);
    return context;
  }

  private static void put(
      StageContext context, Leaf leaf, Map<String, float[][]> footage, int partitions) {
    List<Row> rows = new ArrayList<>();
    footage.forEach(
        (video, segments) -> {
          for (int j = 0; j < segments.length; j++) {
            rows.add(RowFactory.create(video, j, Fixtures.bytes(segments[j])));
          }
        });
    Fixtures.put(
        context,
        leaf,
        Fixtures.shuffled(rows, partitions),
        partitions,
        details -> details.put("crops", CROPS).put("dim", DIM).put("frames_per_segment", 16));
  }

  /** Videos of 1 to 12 segments; one dimension is constant, one segment is far out. */
  private static Map<String, float[][]> footage(long seed) {
    Random random = new Random(seed);
    Map<String, float[][]> footage = new TreeMap<>();
    for (int v = 0; v < 6; v++) {
      float[][] segments = new float[1 + random.nextInt(12)][CROPS * DIM];
      for (float[] segment : segments) {
        for (int i = 0; i < segment.length; i++) {
          segment[i] = i % DIM == 4 ? 2.5f : (float) (random.nextGaussian() * (1 + i % DIM));
        }
      }
      footage.put("video" + seed + v, segments);
    }
    footage.values().iterator().next()[0][0] = 40_000f;
    return footage;
  }

  private void checkAgainst(StageContext context, Map<String, List<BigDecimal>> norms) {
    long count = 0;
    for (Row row :
        context.workspace().read(context.spark(), TRAIN.in(Table.SEGMENT_NORMS)).collectAsList()) {
      BigDecimal expected =
          norms.get(row.<String>getAs("video_id")).get(row.<Integer>getAs("segment_index"));
      assertThat(row.<Double>getAs("norm")).isCloseTo(expected.doubleValue(), TIGHT);
      count++;
    }
    assertThat(count).isEqualTo(norms.values().stream().mapToLong(List::size).sum());
    for (Row row :
        context.workspace().read(context.spark(), TRAIN.in(Table.VIDEO_STATS)).collectAsList()) {
      List<BigDecimal> video = norms.get(row.<String>getAs("video_id"));
      assertThat(row.<Integer>getAs("segments")).isEqualTo(video.size());
      assertThat(row.<Double>getAs("norm_mean")).isCloseTo(mean(video).doubleValue(), TIGHT);
      if (video.size() > 1) {
        assertThat(row.<Double>getAs("norm_std")).isCloseTo(deviation(video).doubleValue(), TIGHT);
      }
    }
  }

  private static List<BigDecimal> plainNorms(
      float[][] segments, BigDecimal[] mean, BigDecimal[] deviation) {
    List<BigDecimal> norms = new ArrayList<>();
    for (float[] segment : segments) {
      BigDecimal sum = BigDecimal.ZERO;
      for (int c = 0; c < CROPS; c++) {
        BigDecimal squares = BigDecimal.ZERO;
        for (int d = 0; d < DIM; d++) {
          BigDecimal x = new BigDecimal(segment[c * DIM + d]);
          if (mean != null) {
            x =
                deviation[d].signum() == 0
                    ? BigDecimal.ZERO
                    : x.subtract(mean[d]).divide(deviation[d], MathContext.DECIMAL128);
          }
          squares = squares.add(x.multiply(x));
        }
        sum = sum.add(squares.sqrt(MathContext.DECIMAL128));
      }
      norms.add(sum.divide(BigDecimal.valueOf(CROPS), MathContext.DECIMAL128));
    }
    return norms;
  }

  private static void plainProfile(
      Map<String, float[][]> footage, BigDecimal[] mean, BigDecimal[] deviation) {
    for (int d = 0; d < DIM; d++) {
      List<BigDecimal> values = new ArrayList<>();
      for (float[][] segments : footage.values()) {
        for (float[] segment : segments) {
          for (int c = 0; c < CROPS; c++) {
            values.add(new BigDecimal(segment[c * DIM + d]));
          }
        }
      }
      mean[d] = mean(values);
      deviation[d] = deviation(values);
    }
  }

  private static BigDecimal mean(List<BigDecimal> values) {
    return values.stream()
        .reduce(BigDecimal.ZERO, BigDecimal::add)
        .divide(BigDecimal.valueOf(values.size()), MathContext.DECIMAL128);
  }

  private static BigDecimal deviation(List<BigDecimal> values) {
    BigDecimal mean = mean(values);
    BigDecimal squares = BigDecimal.ZERO;
    for (BigDecimal value : values) {
      squares = squares.add(value.subtract(mean).pow(2));
    }
    return squares
        .divide(BigDecimal.valueOf(values.size() - 1L), MathContext.DECIMAL128)
        .sqrt(MathContext.DECIMAL128);
  }
}
