package org.c2fpl.fine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import org.c2fpl.errors.Failures;
import org.c2fpl.stage.StageContext;
import org.c2fpl.stage.StageRunner;
import org.c2fpl.testing.Fixtures;
import org.c2fpl.workspace.Leaf;
import org.c2fpl.workspace.Table;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FineStageTest {
  private static final Leaf NORMS = Leaf.of(Table.SEGMENT_NORMS, "train", "0");
  private static final Leaf COARSE = Leaf.of(Table.COARSE_LABELS);
  private static final Leaf FINE = Leaf.of(Table.FINE_LABELS);
  private static final Leaf NULL_MODEL = Leaf.of(Table.NULL_MODEL);
  private static final Percentage TIGHT = Percentage.withPercentage(1e-7); // 1e-9 relative

  @TempDir Path folder;

  @Test
  void nullModelDensitiesAndWindowsEqualAnIndependentComputation() {
    Map<String, double[]> videos = videos();
    StageContext context = fine("a", videos, 3);

    double sum = 0;
    int n = 0;
    for (Map.Entry<String, double[]> video : videos.entrySet()) {
      if (video.getKey().startsWith("normal")) {
        for (double norm : video.getValue()) {
          sum += norm;
          n++;
        }
      }
    }
    double mean = sum / n;
    double squares = 0;
    for (Map.Entry<String, double[]> video : videos.entrySet()) {
      if (video.getKey().startsWith("normal")) {
        for (double norm : video.getValue()) {
          squares += (norm - mean) * (norm - mean);
        }
      }
    }
    double variance = squares / (n - 1);

    Row model = context.workspace().read(context.spark(), NULL_MODEL).first();
    assertThat(model.<Double>getList(0).get(0)).isCloseTo(mean, TIGHT);
    assertThat(model.<Double>getList(1).get(0)).isCloseTo(variance, TIGHT);
    assertThat(model.<Long>getAs("segments")).isEqualTo(n);
    assertThat(model.<Long>getAs("videos")).isEqualTo(3);

    Map<String, TreeMap<Integer, Row>> found = new TreeMap<>();
    for (Row row : context.workspace().read(context.spark(), FINE).collectAsList()) {
      found
          .computeIfAbsent(row.getAs("video_id"), any -> new TreeMap<>())
          .put(row.getAs("segment_index"), row);
    }
    assertThat(found.keySet()).isEqualTo(videos.keySet());
    videos.forEach(
        (video, norms) -> {
          boolean anomalous = video.startsWith("anomalous");
          int width = (norms.length + 4) / 5; // ⌈0.2 m⌉
          int start = anomalous ? plainWindow(norms, width, mean, variance) : -width;
          for (int j = 0; j < norms.length; j++) {
            Row row = found.get(video).get(j);
            assertThat(row.<Double>getAs("norm")).isEqualTo(norms[j]);
            assertThat(row.<Integer>getAs("label"))
                .as(video + " segment " + j)
                .isEqualTo(j >= start && j < start + width ? 1 : 0);
            Double p = row.getAs("p_value");
            if (anomalous) {
              double z = (norms[j] - mean) * (norms[j] - mean) / variance;
              double density = Math.exp(-z / 2) / Math.sqrt(2 * Math.PI * variance);
              if (density > 1e-300) {
                assertThat(p).isCloseTo(density, Percentage.withPercentage(1e-6));
              } else {
                assertThat(p).isLessThanOrEqualTo(1e-300);
              }
            } else {
              assertThat(p).isNull();
            }
          }
        });
  }

  @Test
  void isTheSameForAnyOrderAndPartitioning() {
    Map<String, double[]> videos = videos();
    StageContext one = fine("one", videos, 1);
    for (int partitions : new int[] {2, 7}) {
      StageContext other = fine("p" + partitions, videos, partitions);
      assertThat(Fixtures.rows(other, FINE)).isEqualTo(Fixtures.rows(one, FINE));
      assertThat(Fixtures.rows(other, NULL_MODEL)).isEqualTo(Fixtures.rows(one, NULL_MODEL));
    }
  }

  @Test
  void withoutAnomalousVideosNothingIsLabelled() {
    Map<String, double[]> videos = videos();
    videos.keySet().removeIf(name -> name.startsWith("anomalous"));
    StageContext context = fine("a", videos, 2);
    assertThat(context.workspace().read(context.spark(), FINE).filter("label = 1").count())
        .isZero();
  }

  @Test
  void equalNormsGiveNoNullModel() {
    Map<String, double[]> videos =
        Map.of("normal", new double[] {3, 3, 3}, "anomalous", new double[] {1, 5, 9});
    assertThatThrownBy(() -> fine("a", videos, 1))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("null model");
  }

  @Test
  void aMissingSegmentIsNamed() {
    StageContext context = Fixtures.context(folder.resolve("a"));
    Fixtures.put(
        context,
        NORMS,
        List.of(
            RowFactory.create("v", 0, 1.0),
            RowFactory.create("v", 2, 2.0),
            RowFactory.create("w", 0, 5.0)));
    label(context, List.of("v", "w"));
    assertThatThrownBy(() -> run(context))
        .satisfies(
            failure ->
                assertThat(Failures.meaning(failure))
                    .get()
                    .isInstanceOf(DataException.class)
                    .asString()
                    .contains("Cannot label video v: its segment 1 is missing"));
    assertThat(folder.resolve("a/fine_labels")).doesNotExist();
  }

  @Test
  void videosWithoutACoarseLabelAreNotLost() {
    StageContext context = Fixtures.context(folder.resolve("a"));
    Fixtures.put(
        context,
        NORMS,
        List.of(
            RowFactory.create("v", 0, 1.0),
            RowFactory.create("v", 1, 2.0),
            RowFactory.create("w", 0, 5.0)));
    label(context, List.of("v"));
    assertThatThrownBy(() -> run(context))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("2 of 3 segments belong to videos with a coarse label");
  }

  private StageContext fine(String name, Map<String, double[]> videos, int partitions) {
    StageContext context = Fixtures.context(folder.resolve(name));
    List<Row> rows = new ArrayList<>();
    videos.forEach(
        (video, norms) -> {
          for (int j = 0; j < norms.length; j++) {
            rows.add(RowFactory.create(video, j, norms[j]));
          }
        });
    Fixtures.put(context, NORMS, Fixtures.shuffled(rows, partitions), partitions, details -> {});
    label(context, new ArrayList<>(videos.keySet()));
    run(context);
    return context;
  }

  private static void label(StageContext context, List<String> videos) {
    List<Row> rows = new ArrayList<>();
    for (String video : videos) {
      int label = video.startsWith("anomalous") ? 1 : 0;
      rows.add(RowFactory.create(video, 0.0, 0.0, label, label == 1 ? 1 : null));
    }
    Fixtures.put(context, COARSE, rows);
  }

  private static void run(StageContext context) {
    StageRunner.run(context, new FineStage(), new FineStage.Options(0.2, "train"));
  }

  /**
   * Ordinary and adversarial videos: outliers of 8, 40 and 400 deviations, plateaus, one segment.
   */
  private static Map<String, double[]> videos() {
    Random random = new Random(11);
    Map<String, double[]> videos = new TreeMap<>();
    for (int v = 0; v < 3; v++) {
      videos.put("normal" + v, norms(random, 40 + 30 * v));
    }
    double[] outliers = norms(random, 50);
    outliers[20] += 40;
    outliers[21] += 8;
    outliers[40] += 40;
    outliers[41] += 40;
    videos.put("anomalous-outliers", outliers);
    double[] far = norms(random, 23);
    far[5] += 400;
    far[6] += 400;
    far[18] -= 400;
    videos.put("anomalous-far", far);
    double[] plateau = new double[31];
    java.util.Arrays.fill(plateau, 10.5);
    videos.put("anomalous-plateau", plateau);
    videos.put("anomalous-single", new double[] {12});
    videos.put("anomalous-plain", norms(random, 101));
    return videos;
  }

  private static double[] norms(Random random, int n) {
    return random.doubles(n).map(any -> 10 + random.nextGaussian()).toArray();
  }

  /** The first window of least mean density, with separate sums in the log domain. */
  private static int plainWindow(double[] norms, int width, double mean, double variance) {
    int best = 0;
    double least = Double.POSITIVE_INFINITY;
    for (int l = 0; l + width <= norms.length; l++) {
      double max = Double.NEGATIVE_INFINITY;
      for (int j = l; j < l + width; j++) {
        max = Math.max(max, -(norms[j] - mean) * (norms[j] - mean) / variance / 2);
      }
      double sum = 0;
      for (int j = l; j < l + width; j++) {
        sum += Math.exp(-(norms[j] - mean) * (norms[j] - mean) / variance / 2 - max);
      }
      double logSum = max + Math.log(sum);
      if (logSum
          < least - 1e-11 * Math.max(1, Math.abs(least == Double.POSITIVE_INFINITY ? 0 : least))) {
        least = logSum;
        best = l;
      }
    }
    return best;
  }
}
