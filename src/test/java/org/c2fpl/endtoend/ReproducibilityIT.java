package org.c2fpl.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.spark.sql.functions;
import org.c2fpl.annotate.AnnotateStage;
import org.c2fpl.coarse.CoarseStage;
import org.c2fpl.detector.TrainingPlan;
import org.c2fpl.evaluate.EvaluateStage;
import org.c2fpl.fine.FineStage;
import org.c2fpl.formats.annotations.AnnotationFormat;
import org.c2fpl.ingest.FeatureFormat;
import org.c2fpl.ingest.IngestOptions;
import org.c2fpl.ingest.IngestStage;
import org.c2fpl.method.evaluation.TailPolicy;
import org.c2fpl.score.ScoreStage;
import org.c2fpl.stage.StageContext;
import org.c2fpl.stage.StageRunner;
import org.c2fpl.stats.StatsStage;
import org.c2fpl.testing.Fixtures;
import org.c2fpl.train.ThresholdChoice;
import org.c2fpl.train.TrainStage;
import org.c2fpl.workspace.Leaf;
import org.c2fpl.workspace.Manifest;
import org.c2fpl.workspace.Table;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The order of the segments and the number of their files and partitions change nothing, from
 * statistics to the parameters of the detector and its evaluation.
 */
class ReproducibilityIT {
  @TempDir Path folder;

  @Test
  void shuffledInputAndOtherPartitionsGiveTheSameTables() throws IOException {
    Path footage = folder.resolve("footage");
    SmallFootage.write(footage);
    Path reference = null;
    for (int partitions : new int[] {1, 2, 7}) {
      Path workspace = folder.resolve("p" + partitions);
      run(workspace, footage, partitions);
      if (reference == null) {
        reference = workspace;
        continue;
      }
      assertThat(SmallFootage.parameterHash(workspace))
          .hasSize(64)
          .isEqualTo(SmallFootage.parameterHash(reference));
      TreeMap<String, List<String>> expected = SmallFootage.rows(reference);
      TreeMap<String, List<String>> found = SmallFootage.rows(workspace);
      assertThat(found.keySet()).isEqualTo(expected.keySet());
      assertThat(found).hasSizeGreaterThanOrEqualTo(15);
      for (String leaf : expected.keySet()) {
        if (leaf.startsWith("segment_scores/")) {
          assertSameScores(workspace, reference);
        } else if (leaf.startsWith("detections/")) {
          // A detection's scores are those of its segments.
          assertThat(withoutScores(found.get(leaf)))
              .as(leaf)
              .isEqualTo(withoutScores(expected.get(leaf)));
        } else if (!leaf.startsWith("segments/")) {
          assertThat(found.get(leaf)).as(leaf).isEqualTo(expected.get(leaf));
        }
      }
      assertThat(SmallFootage.metrics(workspace).path("frame_auc").asDouble())
          .isCloseTo(SmallFootage.metrics(reference).path("frame_auc").asDouble(), within(1e-9));
    }
  }

  /** The contract of scores: equal to 1e-6 across batchings. */
  private static void assertSameScores(Path workspace, Path reference) {
    TreeMap<String, Double> expected = scores(reference);
    TreeMap<String, Double> found = scores(workspace);
    assertThat(found.keySet()).isEqualTo(expected.keySet());
    expected.forEach(
        (segment, score) ->
            assertThat(found.get(segment)).as(segment).isCloseTo(score, within(1e-6)));
  }

  private static List<String> withoutScores(List<String> detections) {
    return detections.stream().map(row -> row.replaceAll("0\\.[0-9]{6,}", "score")).toList();
  }

  private static TreeMap<String, Double> scores(Path workspace) {
    StageContext context = Fixtures.context(workspace);
    TreeMap<String, Double> scores = new TreeMap<>();
    context
        .workspace()
        .read(context.spark(), Leaf.of(Table.SEGMENT_SCORES, "test", "0"))
        .collectAsList()
        .forEach(row -> scores.put(row.getString(0) + "/" + row.getInt(1), row.getDouble(2)));
    return scores;
  }

  private static void run(Path workspace, Path footage, int partitions) throws IOException {
    StageContext context = Fixtures.context(workspace);
    context.spark().conf().set("spark.sql.shuffle.partitions", partitions);
    for (String split : List.of("train", "test")) {
      IngestStage.run(
          context,
          IngestOptions.builder(
                  FeatureFormat.NPY, split, List.of(footage.resolve(split).toString()))
              .build());
      shuffle(context, Leaf.of(Table.SEGMENTS, split, "0"), workspace, partitions);
    }
    StageRunner.run(
        context,
        new AnnotateStage(),
        new AnnotateStage.Options(
            AnnotationFormat.CSV,
            footage.resolve("annotations.csv").toString(),
            null,
            "test",
            AnnotateStage.UnknownVideos.FAIL,
            null));
    StageRunner.run(context, new StatsStage(), new StatsStage.Options(List.of(), true, "train"));
    StageRunner.run(context, new CoarseStage(), new CoarseStage.Options(1.0, "train"));
    StageRunner.run(context, new FineStage(), new FineStage.Options(0.2, "train"));
    StageRunner.run(
        context,
        new TrainStage(),
        new TrainStage.Options(
            "train",
            TrainingPlan.standard(5).withEpochs(3).withWorkers(3),
            ThresholdChoice.auto()));
    StageRunner.run(context, new ScoreStage(), new ScoreStage.Options(List.of(), null));
    StageRunner.run(
        context,
        new EvaluateStage(),
        new EvaluateStage.Options("test", TailPolicy.REPEAT, EvaluateStage.MissingScores.FAIL));
  }

  /** Rewrites a leaf's rows in another order, in so many files, under its old manifest. */
  private static void shuffle(StageContext context, Leaf leaf, Path workspace, int partitions)
      throws IOException {
    Path old = workspace.resolve(leaf.path());
    Path shuffled = workspace.resolve("shuffled");
    context
        .workspace()
        .read(context.spark(), leaf)
        .repartition(partitions, functions.rand(partitions))
        .sortWithinPartitions(functions.rand(partitions + 1L))
        .write()
        .parquet(shuffled.toString());
    Files.copy(old.resolve(Manifest.FILE), shuffled.resolve(Manifest.FILE));
    Fixtures.withoutFiles(shuffled);
    List<Path> files = new ArrayList<>();
    try (Stream<Path> all = Files.walk(old)) {
      all.sorted(Comparator.reverseOrder()).forEach(files::add);
    }
    for (Path file : files) {
      Files.delete(file);
    }
    Files.move(shuffled, old);
  }
}
