package org.c2fpl.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.c2fpl.errors.DataException;
import org.c2fpl.errors.UsageException;
import org.c2fpl.fine.FineStage;
import org.c2fpl.fine.LabelRule;
import org.c2fpl.method.fine.PValue;
import org.c2fpl.method.fine.SegmentLabels;
import org.c2fpl.method.fine.WindowRule;
import org.c2fpl.method.statistics.EmpiricalDistribution;
import org.c2fpl.method.statistics.NormKind;
import org.c2fpl.method.statistics.VideoFolds;
import org.c2fpl.stage.StageContext;
import org.c2fpl.stage.StageRunner;
import org.c2fpl.testing.Fixtures;
import org.c2fpl.testing.PlainGaussian;
import org.c2fpl.workspace.Leaf;
import org.c2fpl.workspace.Table;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StatisticStageTest {
  private static final int DIM = 3;
  private static final int CROPS = 2;
  private static final Leaf TRAIN = Leaf.of(Table.SEGMENTS, "train", "0");
  private static final Leaf TEST = Leaf.of(Table.SEGMENTS, "test", "0");
  private static final Leaf FINE = Leaf.of(Table.FINE_LABELS);

  @TempDir Path folder;

  @Test
  void mahalanobisIsThatOfAPlainComputation() {
    Map<String, float[][]> train = footage(14, 1);
    Map<String, float[][]> test = footage(3, 2);
    StageContext context = stats("a", train, test, 2, List.of(Statistic.MAHALANOBIS));

    double[][] profile = profile(train);
    Map<String, double[]> expected = plainRobust(train, profile);
    List<Double> all = new ArrayList<>();
    expected.values().forEach(z -> Arrays.stream(z).forEach(all::add));
    Map<String, TreeMap<Integer, Row>> found = read(context, TRAIN);
    assertThat(found.keySet()).isEqualTo(train.keySet());
    expected.forEach(
        (video, z) -> {
          for (int j = 0; j < z.length; j++) {
            Row row = found.get(video).get(j);
            double value = row.<Double>getList(2).get(0);
            assertThat(value).as(video + " " + j).isCloseTo(z[j], within(1e-6 * z[j]));
            long asFar =
                all.stream()
                    .filter(
                        other ->
                            EmpiricalDistribution.interval(other)
                                >= EmpiricalDistribution.interval(value))
                    .count();
            assertThat(row.getDouble(3))
                .isCloseTo(-Math.log((asFar + 1.0) / (all.size() + 1)), within(0.05));
          }
        });
    assertThat(read(context, TEST).keySet()).isEqualTo(test.keySet());
    assertThat(context.workspace().manifest(Leaf.of(Table.FEATURE_PROFILE))).isEmpty();
  }

  @Test
  void isTheSameForAnyOrderAndPartitioning() {
    Map<String, float[][]> train = footage(9, 3);
    Map<String, float[][]> test = footage(3, 4);
    List<Statistic> all = List.of(Statistic.NORM, Statistic.MIXTURE, Statistic.MAHALANOBIS);
    StageContext one = stats("one", train, test, 1, all);
    StageContext other = stats("other", train, test, 5, all);
    for (Leaf leaf :
        List.of(
            TRAIN.in(Table.SEGMENT_STATISTICS),
            TEST.in(Table.SEGMENT_STATISTICS),
            Leaf.of(Table.STATISTIC_MODEL))) {
      assertThat(Fixtures.rows(other, leaf)).as(leaf.path()).isEqualTo(Fixtures.rows(one, leaf));
    }
    Map<String, TreeMap<Integer, Row>> z = read(one, TRAIN);
    one.workspace()
        .read(one.spark(), TRAIN.in(Table.SEGMENT_NORMS))
        .collectAsList()
        .forEach(
            row ->
                assertThat(z.get(row.getString(0)).get(row.getInt(1)).<Double>getList(2).get(0))
                    .isEqualTo(row.getDouble(2)));
  }

  @Test
  void withoutStatisticsThereIsNoTable() {
    StageContext context = stats("a", footage(4, 1), footage(2, 2), 1, List.of());
    assertThat(context.workspace().leaves(Table.SEGMENT_STATISTICS)).isEmpty();
    assertThat(context.workspace().leaves(Table.STATISTIC_MODEL)).isEmpty();
    label(context, footage(4, 1));
    LabelRule rule = rule(SegmentLabels.WINDOW, WindowRule.LOWEST_P, PValue.EMPIRICAL);
    assertThatThrownBy(
            () -> StageRunner.run(context, new FineStage(), new FineStage.Options(rule, "train")))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("computed only norms");
  }

  @Test
  void fineUsesTheStatisticAndItsSurprise() {
    Map<String, float[][]> train = footage(8, 6);
    StageContext context = stats("a", train, footage(1, 2), 2, List.of(Statistic.MAHALANOBIS));
    label(context, train);
    StageRunner.run(
        context,
        new FineStage(),
        new FineStage.Options(
            rule(SegmentLabels.WINDOW, WindowRule.MOST_SURPRISING, PValue.EMPIRICAL), "train"));
    Map<String, TreeMap<Integer, Row>> statistics = read(context, TRAIN);
    double sum = 0;
    int n = 0;
    for (String video : statistics.keySet()) {
      for (Row row : statistics.get(video).values()) {
        if (!anomalous(video)) {
          sum += row.<Double>getList(2).get(0);
          n++;
        }
      }
    }
    Row model = context.workspace().read(context.spark(), Leaf.of(Table.NULL_MODEL)).first();
    assertThat(model.<Double>getList(0).get(0)).isCloseTo(sum / n, within(1e-9));
    Map<String, TreeMap<Integer, Row>> fine = read(context, FINE);
    for (String video : fine.keySet()) {
      double[] s =
          statistics.get(video).values().stream().mapToDouble(row -> row.getDouble(3)).toArray();
      int width = (s.length + 4) / 5;
      int best = 0;
      for (int start = 0; start + width <= s.length; start++) {
        double mean = Arrays.stream(s, start, start + width).sum();
        double greatest = Arrays.stream(s, best, best + width).sum();
        best = mean > greatest + 1e-9 ? start : best;
      }
      for (int j = 0; j < s.length; j++) {
        Row row = fine.get(video).get(j);
        boolean in = anomalous(video) && j >= best && j < best + width;
        assertThat(row.<Integer>getAs("label")).as(video + " " + j).isEqualTo(in ? 1 : 0);
        if (anomalous(video)) {
          assertThat(row.<Double>getAs("p_value")).isCloseTo(Math.exp(-s[j]), within(1e-12));
        }
        assertThat(row.isNullAt(row.fieldIndex("target"))).isTrue();
      }
    }
  }

  @Test
  void softTargetsAreRanksOfTheSmoothedStatistic() {
    Map<String, float[][]> train = footage(8, 7);
    StageContext context = stats("a", train, footage(1, 2), 2, List.of(Statistic.MAHALANOBIS));
    label(context, train);
    StageRunner.run(
        context,
        new FineStage(),
        new FineStage.Options(
            rule(SegmentLabels.SOFT, WindowRule.MOST_SURPRISING, PValue.EMPIRICAL), "train"));
    Map<String, TreeMap<Integer, Row>> mixed = read(context, FINE);
    StageContext again =
        Fixtures.context(folder.resolve("a"), 0, org.c2fpl.workspace.WriteMode.OVERWRITE);
    StageRunner.run(
        again,
        new FineStage(),
        new FineStage.Options(
            rule(SegmentLabels.SOFT_RANK, WindowRule.LOWEST_P, PValue.DENSITY), "train"));
    Map<String, TreeMap<Integer, Row>> soft = read(context, FINE);

    Map<String, double[]> smoothed = new TreeMap<>();
    Map<String, Integer> loudest = new TreeMap<>();
    read(context, TRAIN)
        .forEach(
            (video, rows) -> {
              int m = rows.size();
              double[] g = new double[m];
              for (int j = 0; j < m; j++) {
                double weights = 0;
                for (int k = -4; k <= 4; k++) {
                  double weight = Math.exp(-k * k / 2.0);
                  int at = Math.min(m - 1, Math.max(0, j + k));
                  g[j] += weight * rows.get(at).<Double>getList(2).get(0);
                  weights += weight;
                }
                g[j] /= weights;
              }
              smoothed.put(video, g);
              int width = (m + 4) / 5;
              double most = 0;
              int best = 0;
              for (int start = 0; start + width <= m; start++) {
                double mean = 0;
                for (int j = start; j < start + width; j++) {
                  mean += rows.get(j).getDouble(3) / width;
                }
                best = mean > most + 1e-9 ? start : best;
                most = Math.max(most, mean);
              }
              loudest.put(video, best);
            });
    double[] all = smoothed.values().stream().flatMapToDouble(Arrays::stream).toArray();
    smoothed.forEach(
        (video, g) -> {
          int best = loudest.get(video);
          int width = (g.length + 4) / 5;
          for (int j = 0; j < g.length; j++) {
            double u = rank(all, g[j]);
            int in = j >= best && j < best + width ? 1 : 0;
            double expected = anomalous(video) ? (in + Math.pow(u, 8)) / 2 : 0;
            double target = mixed.get(video).get(j).getAs("target");
            assertThat(target).as(video + " " + j).isCloseTo(expected, within(0.02));
            assertThat(mixed.get(video).get(j).<Integer>getAs("label"))
                .isEqualTo(target > 0.5 ? 1 : 0);
            double known = soft.get(video).get(j).getAs("target");
            assertThat(known).isCloseTo(anomalous(video) ? u * u * u * u : 0, within(0.02));
          }
        });
  }

  @Test
  void vectorsHaveANullModelButNoOneSide() {
    Map<String, float[][]> train = footage(8, 9);
    StageContext context =
        stats("a", train, footage(1, 2), 2, List.of(Statistic.NORM, Statistic.MAHALANOBIS));
    label(context, train);
    LabelRule oneSided = rule(SegmentLabels.WINDOW, WindowRule.LOWEST_P, PValue.ONE_SIDED);
    assertThatThrownBy(
            () ->
                StageRunner.run(context, new FineStage(), new FineStage.Options(oneSided, "train")))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("has 2 components");
    StageRunner.run(
        context,
        new FineStage(),
        new FineStage.Options(
            rule(SegmentLabels.THRESHOLD, WindowRule.LOWEST_P, PValue.TWO_SIDED), "train"));
    Row model = context.workspace().read(context.spark(), Leaf.of(Table.NULL_MODEL)).first();
    List<Double> mean = model.getList(0);
    List<Double> covariance = model.getList(1);
    assertThat(mean).hasSize(2);
    double determinant =
        covariance.get(0) * covariance.get(3) - covariance.get(1) * covariance.get(2);
    Map<String, TreeMap<Integer, Row>> fine = read(context, FINE);
    read(context, TRAIN)
        .forEach(
            (video, rows) ->
                rows.forEach(
                    (j, row) -> {
                      double x = row.<Double>getList(2).get(0) - mean.get(0);
                      double y = row.<Double>getList(2).get(1) - mean.get(1);
                      double form =
                          (covariance.get(3) * x * x
                                  - 2 * covariance.get(1) * x * y
                                  + covariance.get(0) * y * y)
                              / determinant;
                      double p = Math.exp(-form / 2);
                      Row label = fine.get(video).get(j);
                      if (anomalous(video)) {
                        assertThat(label.<Double>getAs("p_value")).isCloseTo(p, within(1e-9));
                      }
                      assertThat(label.<Integer>getAs("label"))
                          .isEqualTo(anomalous(video) && p < 0.05 ? 1 : 0);
                    }));
  }

  @Test
  void aSplitWithTwoStatisticsIsRefused() {
    Map<String, float[][]> train = footage(4, 9);
    StageContext context = stats("a", train, footage(1, 2), 1, List.of(Statistic.NORM));
    Leaf more = Leaf.of(Table.SEGMENT_NORMS, "train", "1");
    Fixtures.put(context, more, List.of(RowFactory.create("z", 0, 1.0)));
    label(context, train);
    assertThatThrownBy(
            () -> StageRunner.run(context, new FineStage(), new FineStage.Options(0.2, "train")))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("different statistics [none, norm]");
  }

  private StageContext stats(
      String name,
      Map<String, float[][]> train,
      Map<String, float[][]> test,
      int partitions,
      List<Statistic> statistics) {
    StageContext context = Fixtures.context(folder.resolve(name));
    put(context, TRAIN, train, partitions);
    put(context, TEST, test, partitions);
    StageRunner.run(
        context,
        new StatsStage(),
        new StatsStage.Options(List.of(), false, NormKind.L2, statistics, 0, "train"));
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

  private static boolean anomalous(String video) {
    return video.hashCode() % 2 == 0;
  }

  private static void label(StageContext context, Map<String, float[][]> videos) {
    List<Row> rows = new ArrayList<>();
    for (String video : videos.keySet()) {
      rows.add(RowFactory.create(video, 0.0, 0.0, anomalous(video) ? 1 : 0, null));
    }
    Fixtures.put(context, Leaf.of(Table.COARSE_LABELS), rows);
  }

  private static LabelRule rule(SegmentLabels labels, WindowRule window, PValue pValue) {
    return new LabelRule(labels, window, pValue, 0.2, 0.05);
  }

  private static Map<String, TreeMap<Integer, Row>> read(StageContext context, Leaf leaf) {
    Leaf table = leaf.table() == Table.SEGMENTS ? leaf.in(Table.SEGMENT_STATISTICS) : leaf;
    Map<String, TreeMap<Integer, Row>> rows = new TreeMap<>();
    for (Row row : context.workspace().read(context.spark(), table).collectAsList()) {
      rows.computeIfAbsent(row.getString(0), any -> new TreeMap<>()).put(row.getInt(1), row);
    }
    return rows;
  }

  private static Map<String, float[][]> footage(int videos, long seed) {
    Random random = new Random(seed);
    Map<String, float[][]> footage = new TreeMap<>();
    for (int v = 0; v < videos; v++) {
      float[][] segments = new float[3 + random.nextInt(20)][CROPS * DIM];
      for (int j = 0; j < segments.length; j++) {
        double loud = v % 3 == 0 && j > segments.length / 2 ? 4 : 0;
        for (int i = 0; i < CROPS * DIM; i++) {
          segments[j][i] = (float) ((1 + i % DIM) * (random.nextGaussian() + loud) + 5);
        }
      }
      footage.put("video" + seed + "-" + v, segments);
    }
    return footage;
  }

  /** Mean and sample deviation of every dimension. */
  private static double[][] profile(Map<String, float[][]> footage) {
    double[][] profile = new double[2][DIM];
    for (int d = 0; d < DIM; d++) {
      List<Double> values = new ArrayList<>();
      for (float[][] segments : footage.values()) {
        for (float[] segment : segments) {
          for (int crop = 0; crop < CROPS; crop++) {
            values.add((double) segment[crop * DIM + d]);
          }
        }
      }
      double mean = values.stream().mapToDouble(x -> x).sum() / values.size();
      double squares = values.stream().mapToDouble(x -> (x - mean) * (x - mean)).sum();
      profile[0][d] = mean;
      profile[1][d] = Math.sqrt(squares / (values.size() - 1));
    }
    return profile;
  }

  /** Crops on the grid of 1/256 of a deviation. */
  private static List<double[]> grid(float[] segment, double[][] profile) {
    List<double[]> crops = new ArrayList<>();
    for (int crop = 0; crop < CROPS; crop++) {
      double[] x = new double[DIM];
      for (int d = 0; d < DIM; d++) {
        float z = (float) ((segment[crop * DIM + d] - profile[0][d]) / profile[1][d]);
        x[d] = Math.rint(z * 256.0);
      }
      crops.add(x);
    }
    return crops;
  }

  private static Map<String, double[]> plainRobust(
      Map<String, float[][]> footage, double[][] profile) {
    Map<String, double[]> z = null;
    for (int round = 0; round < 4; round++) {
      double limit = Double.POSITIVE_INFINITY;
      if (z != null) {
        double[] sorted = z.values().stream().flatMapToDouble(Arrays::stream).sorted().toArray();
        limit = sorted[(int) Math.ceil(0.8 * sorted.length) - 1];
      }
      Map<String, double[]> next = new TreeMap<>();
      for (String video : footage.keySet()) {
        List<double[]> others = new ArrayList<>();
        for (String other : footage.keySet()) {
          for (int j = 0; j < footage.get(other).length; j++) {
            boolean calm =
                z == null
                    || EmpiricalDistribution.interval(z.get(other)[j])
                        <= EmpiricalDistribution.interval(limit);
            if (calm && VideoFolds.of(other, 10) != VideoFolds.of(video, 10)) {
              others.addAll(grid(footage.get(other)[j], profile));
            }
          }
        }
        double[] values = new double[footage.get(video).length];
        for (int j = 0; j < values.length; j++) {
          for (double[] x : grid(footage.get(video)[j], profile)) {
            values[j] += PlainGaussian.distance(x, others) / CROPS;
          }
        }
        next.put(video, values);
      }
      z = next;
    }
    return z;
  }

  private static double rank(double[] all, double x) {
    double smaller = Arrays.stream(all).filter(other -> other < x).count();
    double tied = Arrays.stream(all).filter(other -> other == x).count();
    return (smaller + tied / 2) / all.length;
  }
}
