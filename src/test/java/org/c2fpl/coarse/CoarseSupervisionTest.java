package org.c2fpl.coarse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.c2fpl.errors.DataException;
import org.c2fpl.method.coarse.KnownCut;
import org.c2fpl.method.coarse.PublishedClustering;
import org.c2fpl.stage.StageContext;
import org.c2fpl.stage.StageRunner;
import org.c2fpl.testing.Fixtures;
import org.c2fpl.workspace.Leaf;
import org.c2fpl.workspace.Table;
import org.c2fpl.workspace.WriteMode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clusterings other than the paper's, and labels that are known. */
class CoarseSupervisionTest {
  private static final Leaf COARSE = Leaf.of(Table.COARSE_LABELS);
  private static final double BETA = 0.4;
  private static final int VIDEOS = 41;

  @TempDir Path folder;

  @Test
  void weakTakesTheAnnotatedLabels() {
    StageContext context = put("a", truth());
    run(context, Clustering.DIVISIVE, new Eta(1.0), Supervision.WEAK, 1);
    assertThat(labels(context)).isEqualTo(truth());
    assertThat(iterations(context)).containsOnlyKeys(0);
  }

  @Test
  void weakNamesTheVideosWithoutLabel() {
    TreeMap<String, Integer> labels = truth();
    labels.keySet().removeIf(id -> id.compareTo("v12") < 0);
    StageContext context = put("a", labels);
    assertThatThrownBy(() -> run(context, Clustering.DIVISIVE, new Eta(1.0), Supervision.WEAK, 1))
        .isInstanceOf(DataException.class)
        .hasMessage(
            "Cannot label videos by annotations: 12 videos have no label: v00, v01, v02, v03,"
                + " v04, v05, v06, v07, v08, v09, …. Annotate them, or use --supervision partial.");
  }

  @Test
  void randomDrawsHalfOfTheVideosByTheSeed() {
    List<TreeMap<String, Integer>> draws = new ArrayList<>();
    for (long seed : new long[] {0, 0, 1}) {
      StageContext context = put("s" + draws.size(), Map.of());
      StageContext seeded =
          Fixtures.context(folder.resolve("s" + draws.size()), seed, WriteMode.ERROR);
      run(seeded, Clustering.DIVISIVE, new Eta(1.0), Supervision.RANDOM, 1);
      draws.add(labels(context));
      assertThat(anomalous(context)).hasSize(VIDEOS / 2);
      assertThat(context.workspace().require(COARSE, "").parameters()).containsKey("seed");
    }
    assertThat(draws.get(1)).isEqualTo(draws.get(0));
    assertThat(draws.get(2)).isNotEqualTo(draws.get(0));
  }

  @Test
  void rankedTakesTheVideosWithTheMostSurprisingWindows() {
    StageContext context = put("a", Map.of());
    run(context, Clustering.RANKED, new Eta(0.5), Supervision.UNSUPERVISED, 1);
    assertThat(anomalous(context)).isEqualTo(top(14, surprises().keySet())); // 41 / 3
    assertThat(iterations(context)).containsOnlyKeys(1);
    JsonNode details = details(context);
    assertThat(details.path("threshold").asDouble())
        .isEqualTo(surprises().get(byX(surprises().keySet()).get(13)));
    assertThat(details.path("eta_from").asText()).isEqualTo("--eta");
  }

  @Test
  void etaAutoCutsWhereTheRanksPart() {
    StageContext context = put("a", Map.of());
    run(context, Clustering.RANKED, Eta.AUTO, Supervision.UNSUPERVISED, 1);
    // The surprises of the truly anomalous videos stand apart.
    assertThat(labels(context)).isEqualTo(truth());
    assertThat(details(context).path("eta_from").asText()).isEqualTo("Otsu's cut of x");
    assertThat(details(context).path("anomalous_videos").asInt()).isEqualTo(11);
  }

  @Test
  void rankedIsTheSameForAnyOrderAndPartitioning() {
    List<List<String>> all = new ArrayList<>();
    for (int partitions : new int[] {1, 5}) {
      StageContext context = put("p" + partitions, known(), partitions);
      run(context, Clustering.RANKED, Eta.AUTO, Supervision.PARTIAL, 0.5);
      all.add(Fixtures.rows(context, COARSE));
    }
    assertThat(all.get(1)).isEqualTo(all.get(0));
  }

  @Test
  void rankedNeedsSurprises() {
    StageContext context = Fixtures.context(folder.resolve("a"));
    Fixtures.put(context, Leaf.of(Table.VIDEO_STATS, "train", "0"), stats());
    assertThatThrownBy(() -> run(context, Clustering.RANKED, Eta.AUTO, Supervision.UNSUPERVISED, 1))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("c2fpl stats --statistic");
  }

  @Test
  void noKnownLabelIsTheUnsupervisedResult() {
    for (Clustering clustering : List.of(Clustering.DIVISIVE, Clustering.RANKED)) {
      StageContext none = put(clustering + "-none", known());
      run(none, clustering, new Eta(0.5), Supervision.PARTIAL, 0);
      StageContext unsupervised = put(clustering + "-un", known());
      run(unsupervised, clustering, new Eta(0.5), Supervision.UNSUPERVISED, 1);
      assertThat(Fixtures.rows(none, COARSE)).isEqualTo(Fixtures.rows(unsupervised, COARSE));
      assertThat(details(none)).isEqualTo(details(unsupervised));
    }
  }

  @Test
  void allLabelsKnownIsTheWeakResult() {
    StageContext weak = put("weak", truth());
    run(weak, Clustering.DIVISIVE, new Eta(1.0), Supervision.WEAK, 1);
    for (Clustering clustering : List.of(Clustering.DIVISIVE, Clustering.RANKED)) {
      StageContext all = put(clustering + "-all", truth());
      run(all, clustering, new Eta(1.0), Supervision.PARTIAL, 1);
      assertThat(Fixtures.rows(all, COARSE)).isEqualTo(Fixtures.rows(weak, COARSE));
    }
  }

  @Test
  void knownLabelsStandAndALargerShareContainsASmallerOne() {
    TreeMap<String, Integer> inverted = truth();
    inverted.replaceAll((id, label) -> 1 - label);
    TreeSet<String> smaller = new TreeSet<>();
    for (double share : new double[] {0.2, 0.6}) {
      StageContext context = put("s" + share, inverted);
      run(context, Clustering.RANKED, new Eta(0.5), Supervision.PARTIAL, share);
      JsonNode details = details(context);
      int known = details.path("known_normal").asInt() + details.path("known_anomalous").asInt();
      assertThat(known).isEqualTo((int) Math.floor(share * VIDEOS + 0.5));
      // Iteration 0 marks the known anomalous videos, here the truly normal ones.
      TreeSet<String> marked =
          context
              .workspace()
              .read(context.spark(), COARSE)
              .filter("iteration = 0")
              .collectAsList()
              .stream()
              .map(row -> row.<String>getAs("video_id"))
              .collect(Collectors.toCollection(TreeSet::new));
      assertThat(marked).hasSize(details.path("known_anomalous").asInt());
      assertThat(marked).allSatisfy(id -> assertThat(inverted).containsEntry(id, 1));
      assertThat(marked).containsAll(smaller);
      smaller = marked;
    }
    assertThat(smaller).isNotEmpty();
  }

  @Test
  void knownLabelsMoveTheCutOfTheRanks() {
    StageContext context = put("a", known());
    run(context, Clustering.RANKED, new Eta(1.0), Supervision.PARTIAL, 1);
    List<String> descending = byX(surprises().keySet());
    int n = descending.size();
    double[] x = new double[n];
    byte[] labels = new byte[n];
    for (int i = 0; i < n; i++) {
      String id = descending.get(n - 1 - i);
      x[i] = surprises().get(id);
      labels[i] = known().getOrDefault(id, (int) KnownCut.UNKNOWN).byteValue();
    }
    int above = KnownCut.above(x, labels, (int) Math.floor(n / 2.0 + 0.5));
    TreeSet<String> expected = new TreeSet<>(descending.subList(0, above));
    known().forEach((id, label) -> expected.remove(id));
    known().forEach((id, label) -> expected.addAll(label == 1 ? List.of(id) : List.of()));

    assertThat(anomalous(context)).isEqualTo(expected);
    assertThat(above).isNotEqualTo((int) Math.floor(n / 2.0 + 0.5));
  }

  @Test
  void knownLabelsTurnTheDivisiveClusteringTheRightWay() {
    // Anomalous videos are the larger, calm cloud: without labels the loud ones would be chosen.
    TreeMap<String, Integer> calm = new TreeMap<>();
    TreeMap<String, Integer> some = new TreeMap<>();
    for (int i = 0; i < VIDEOS; i++) {
      calm.put(id(i), 1 - truth().get(id(i)));
      if (i % 2 == 0) {
        some.put(id(i), calm.get(id(i)));
      }
    }
    StageContext context = put("a", some);
    run(context, Clustering.DIVISIVE, new Eta(1.0), Supervision.PARTIAL, 1);
    assertThat(labels(context)).isEqualTo(calm);
    StageContext unsupervised = put("b", Map.of());
    run(unsupervised, Clustering.DIVISIVE, new Eta(0.3), Supervision.UNSUPERVISED, 1);
    assertThat(labels(unsupervised)).isEqualTo(truth());
  }

  @Test
  void thePublishedCodesClusteringWorksOnMeansAndVariances() {
    StageContext context = put("a", Map.of());
    run(context, Clustering.PUBLISHED_CODE, new Eta(0.5), Supervision.UNSUPERVISED, 1);
    List<Row> stats = stats();
    PublishedClustering.Result expected =
        PublishedClustering.run(
            stats.stream().mapToDouble(row -> row.getDouble(2)).toArray(),
            stats.stream().mapToDouble(row -> row.getDouble(3) * row.getDouble(3)).toArray(),
            0.5);
    List<Row> rows =
        context.workspace().read(context.spark(), COARSE).orderBy("video_id").collectAsList();
    assertThat(rows).hasSize(VIDEOS);
    for (int i = 0; i < VIDEOS; i++) {
      int iteration = expected.iteration()[i];
      assertThat(rows.get(i).<Integer>getAs("label")).isEqualTo(iteration > 0 ? 1 : 0);
      assertThat(rows.get(i).<Integer>getAs("iteration"))
          .isEqualTo(iteration == 0 ? null : iteration);
    }
    assertThat(details(context).path("iterations")).hasSize(expected.steps().size());
  }

  private static void run(
      StageContext context,
      Clustering clustering,
      Eta eta,
      Supervision supervision,
      double knownShare) {
    CoarseMethod method = new CoarseMethod(clustering, eta, supervision, knownShare, BETA);
    StageRunner.run(context, new CoarseStage(), new CoarseStage.Options(method, "train"));
  }

  private StageContext put(String name, Map<String, Integer> labels) {
    return put(name, labels, 2);
  }

  private StageContext put(String name, Map<String, Integer> labels, int partitions) {
    StageContext context = Fixtures.context(folder.resolve(name));
    Fixtures.put(
        context,
        Leaf.of(Table.VIDEO_STATS, "train", "0"),
        Fixtures.shuffled(stats(), partitions),
        partitions,
        details -> {});
    Fixtures.put(
        context,
        Leaf.of(Table.SEGMENT_STATISTICS, "train", "0"),
        Fixtures.shuffled(segments(), partitions),
        partitions,
        details -> {});
    List<Row> annotations = new ArrayList<>();
    labels.forEach((id, label) -> annotations.add(annotation(id, "train", label)));
    annotations.add(annotation("v00", "test", 1));
    annotations.add(annotation("elsewhere", "train", null));
    Fixtures.put(context, Leaf.of(Table.ANNOTATIONS), annotations);
    return context;
  }

  private static Row annotation(String id, String split, Integer label) {
    return RowFactory.create(id, split, label, null, null, List.of());
  }

  private static String id(int i) {
    return String.format("v%02d", i);
  }

  /** Every fourth video is anomalous. */
  private static TreeMap<String, Integer> truth() {
    TreeMap<String, Integer> truth = new TreeMap<>();
    for (int i = 0; i < VIDEOS; i++) {
      truth.put(id(i), i % 4 == 0 ? 1 : 0);
    }
    return truth;
  }

  private static TreeMap<String, Integer> known() {
    TreeMap<String, Integer> known = truth();
    known.keySet().removeIf(id -> id.compareTo("v17") > 0);
    return known;
  }

  /** Anomalous videos are loud. */
  private static List<Row> stats() {
    Random random = new Random(6);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < VIDEOS; i++) {
      double loud = i % 4 == 0 ? 8 : 0;
      rows.add(
          RowFactory.create(
              id(i),
              5,
              10 + loud + random.nextGaussian(),
              1 + loud / 4 + 0.1 * Math.abs(random.nextGaussian())));
    }
    return rows;
  }

  /** Five segments a video: the window of two that begins at segment i mod 4 surprises most. */
  private static List<Row> segments() {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < VIDEOS; i++) {
      double x = surprise(i);
      for (int j = 0; j < 5; j++) {
        boolean inWindow = j == i % 4 || j == i % 4 + 1;
        rows.add(RowFactory.create(id(i), j, List.of(x), inWindow ? x : 0.01 * j));
      }
    }
    return rows;
  }

  /** Higher in anomalous videos, different in all; not in the order of the ids. */
  private static double surprise(int i) {
    return (i % 4 == 0 ? 5 : 1) + (i * 17 % VIDEOS) / 64.0;
  }

  private static TreeMap<String, Double> surprises() {
    TreeMap<String, Double> surprises = new TreeMap<>();
    for (int i = 0; i < VIDEOS; i++) {
      surprises.put(id(i), surprise(i));
    }
    return surprises;
  }

  private static List<String> byX(java.util.Set<String> ids) {
    return ids.stream()
        .sorted(java.util.Comparator.comparingDouble(id -> -surprises().get(id)))
        .toList();
  }

  private static TreeSet<String> top(int n, java.util.Set<String> ids) {
    return new TreeSet<>(byX(ids).subList(0, n));
  }

  private static TreeMap<String, Integer> labels(StageContext context) {
    TreeMap<String, Integer> labels = new TreeMap<>();
    for (Row row : context.workspace().read(context.spark(), COARSE).collectAsList()) {
      labels.put(row.getAs("video_id"), row.<Integer>getAs("label"));
    }
    assertThat(labels).hasSize(VIDEOS);
    return labels;
  }

  private static TreeSet<String> anomalous(StageContext context) {
    TreeMap<String, Integer> labels = labels(context);
    labels.values().removeIf(label -> label == 0);
    return new TreeSet<>(labels.keySet());
  }

  /** How many anomalous videos each iteration has. */
  private static Map<Integer, Long> iterations(StageContext context) {
    return context
        .workspace()
        .read(context.spark(), COARSE)
        .filter("label = 1")
        .collectAsList()
        .stream()
        .collect(
            Collectors.groupingBy(row -> row.<Integer>getAs("iteration"), Collectors.counting()));
  }

  private static JsonNode details(StageContext context) {
    return context.workspace().require(COARSE, "").details();
  }
}
