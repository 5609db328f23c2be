package org.c2fpl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.c2fpl.demo.SyntheticFootage;
import org.c2fpl.demo.SyntheticFootageWriter;
import org.c2fpl.detector.ModelStore;
import org.c2fpl.score.ScoringModels;
import org.c2fpl.stage.StageContext;
import org.c2fpl.testing.Fixtures;
import org.c2fpl.testing.Said;
import org.c2fpl.testing.SharedSpark;
import org.c2fpl.workspace.Json;
import org.c2fpl.workspace.Leaf;
import org.c2fpl.workspace.Table;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A week as in docs/scheduling.md and docs/operations.md, on the command line: seven nights,
 * another model, its promotion and rollback, a forgotten video, a removed model.
 */
class WeekTest {
  private static final List<String> NIGHTS =
      List.of(
          "2026-11-23",
          "2026-11-24",
          "2026-11-25",
          "2026-11-26",
          "2026-11-27",
          "2026-11-28",
          "2026-11-29");

  private static final int VIDEOS_A_NIGHT = 2;

  @TempDir Path folder;
  private Path workspace;
  private StageContext context;
  private ModelStore models;

  @BeforeEach
  void footage() throws IOException {
    SharedSpark.session();
    workspace = folder.resolve("w");
    context = Fixtures.context(workspace);
    models = new ModelStore(context.workspace());
    write("first", 0, new SyntheticFootage.Size(16, 4, 1, 32));
    write("later", 1, new SyntheticFootage.Size(16, VIDEOS_A_NIGHT * NIGHTS.size(), 1, 32));
    List<Path> videos = files(folder.resolve("later/test"));
    for (int v = 0; v < videos.size(); v++) {
      Path night = folder.resolve("incoming").resolve(NIGHTS.get(v / VIDEOS_A_NIGHT));
      Files.createDirectories(night);
      Files.copy(videos.get(v), night.resolve("night-" + videos.get(v).getFileName()));
    }
    Path more = Files.createDirectories(folder.resolve("more"));
    for (Path video : files(folder.resolve("later/train")).subList(0, 4)) {
      Files.copy(video, more.resolve("more-" + video.getFileName()));
    }
  }

  @Test
  void everyBatchNamesItsModelThroughAWeekOfNightsTrainingPromotionAndRollback()
      throws IOException {
    done(
        "run",
        "--train",
        "first/train",
        "--test",
        "first/test",
        "--annotations",
        "first/annotations.csv",
        "--standardize",
        "--epochs",
        "1",
        "--workers",
        "1",
        "--bootstrap",
        "0",
        "--knn-sample",
        "0");
    String first = models.requireCurrent();
    nightly(0);
    nightly(1);
    done("report", "--write-mode", "refresh");
    assertThat(scoredBy())
        .containsOnly(scores("test", "0", first), night(0, first), night(1, first));
    assertThat(page()).contains("scored by " + first).doesNotContain("class=\"notice\"");

    String second = weekly();
    done("report", "--write-mode", "refresh");
    assertThat(page()).as("nothing was promoted").doesNotContain("class=\"notice\"");
    Said promoted = done("promote", "--model", second);
    assertThat(promoted.err())
        .contains("3 of 3 scored batches are not of the model in use, " + second);
    assertThat(promoted.out()).contains("--split nightly --split test --write-mode refresh");

    Said other = said("stats", "--split", "nightly", "--no-standardize", "--write-mode", "refresh");
    assertThat(other.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(other.err())
        .contains(
            "Cannot use --no-standardize: the norms of split train were computed with"
                + " --standardize");

    // By hand, as in docs/operations.md: the new night, and the training split for the first time.
    ingest(2);
    done("stats");
    Said scored = done("score", "--json");
    assertThat(scored.err())
        .contains("3 of 6 scored batches are not of the model in use, " + second)
        .contains("3 batches by " + first)
        .contains("'c2fpl score --split nightly --split test --write-mode refresh' scores again");
    assertThat(scored.out()).contains("\"models\":[\"" + second + "\"]");
    assertThat(scoredBy())
        .contains(
            night(0, first),
            night(2, second),
            scores("test", "0", first),
            scores("train", "0", second));
    assertThat(said("score").err()).contains("--write-mode overwrite to replace it");
    assertThat(said("evaluate", "--split", "nightly", "--write-mode", "refresh"))
        .satisfies(refused -> assertThat(refused.exitCode()).isEqualTo(ExitCode.DATA))
        .satisfies(
            refused ->
                assertThat(refused.err())
                    .contains("2 batches by " + first)
                    .contains("1 batch by " + second));
    Said exported = done("export", "--format", "csv", "--output", "all.csv");
    assertThat(exported.err()).contains("not of the model in use").contains("scores of 2 models");
    assertThat(done("evaluate", "--write-mode", "refresh").err())
        .contains("1 of 1 scored batch is not of the model in use");
    Said reported = done("report", "--write-mode", "refresh");
    assertThat(reported.err()).contains("not of the model in use");
    assertThat(page())
        .contains("class=\"notice\"")
        .contains("Accuracy and curves are those of " + first + ", not of the current model")
        .contains("The lists below have scores of 2 models")
        .contains("scored by " + first + ", not the current model")
        .contains("scored by " + second);
    done("score", "--split", "test", "--write-mode", "refresh");
    Said evaluated =
        done(
            "evaluate",
            "--write-mode",
            "refresh",
            "--bootstrap",
            "0",
            "--knn-sample",
            "0",
            "--json");
    assertThat(evaluated.out())
        .contains("by " + second)
        .contains("\"models\":[\"" + second + "\"]");
    assertThat(metrics()).isEqualTo(second);

    done("promote", "--model", first);
    nightly(3);
    assertThat(scoredBy()).contains(night(2, second), night(3, first));
    Map<String, String> before = made();
    assertThat(nightly(2).err())
        .contains("1 of 1 scored batch is not of the model in use, " + first);
    nightly(3);
    assertThat(made()).as("a night once more changes nothing").isEqualTo(before);

    String forgotten =
        "night-"
            + files(folder.resolve("later/test"))
                .get(2)
                .getFileName()
                .toString()
                .replace(".npy", "");
    done("forget", "--video", forgotten);
    nightly(4);
    nightly(5);
    done("gc", "--keep-models", "0", "--older-than", "0", "--scored-models");
    assertThat(models.ids()).containsExactly(first);
    assertThat(scoredBy()).doesNotContainValue(second);

    ingest(6);
    assertThat(done("stats").err())
        .contains("3 batches of segment_norms made from other footage")
        .contains("split=nightly/batch=" + NIGHTS.get(1));
    assertThat(done("score").err())
        .contains("1 batch of segment_scores made from other footage")
        .contains("split=nightly/batch=" + NIGHTS.get(1));
    done("stats", "--write-mode", "refresh");
    done("score", "--write-mode", "refresh");
    done("evaluate", "--write-mode", "refresh", "--bootstrap", "0", "--knn-sample", "0");
    assertThat(done("report", "--write-mode", "refresh").err()).doesNotContain("model in use");
    assertThat(page()).doesNotContain("class=\"notice\"").doesNotContain(forgotten);
    assertThat(scoredBy())
        .hasSize(NIGHTS.size() + 3)
        .containsValue(first)
        .doesNotContainValue(second);
    assertThat(metrics()).isEqualTo(first);
    for (Leaf leaf : context.workspace().leaves(Table.SEGMENTS)) {
      for (Table table : List.of(Table.SEGMENT_NORMS, Table.SEGMENT_SCORES)) {
        assertThat(rows(leaf.in(table))).as(leaf.in(table).path()).isEqualTo(rows(leaf));
      }
      assertThat(rows(leaf.in(Table.VIDEO_STATS))).isEqualTo(rows(leaf.in(Table.VIDEOS)));
    }
    assertThat(
            context.workspace().leaves(Table.VIDEOS, "nightly").stream()
                .mapToLong(this::rows)
                .sum())
        .isEqualTo(NIGHTS.size() * VIDEOS_A_NIGHT - 1);
  }

  /** The tasks of {@code c2fpl_nightly} except the report; returns the output of score. */
  private Said nightly(int night) {
    ingest(night);
    done(
        "stats",
        "--split",
        "nightly",
        "--batch",
        NIGHTS.get(night),
        "--train-split",
        "train",
        "--write-mode",
        "refresh");
    return done(
        "score", "--split", "nightly", "--batch", NIGHTS.get(night), "--write-mode", "skip");
  }

  private void ingest(int night) {
    done(
        "ingest",
        "--split",
        "nightly",
        "--batch",
        NIGHTS.get(night),
        "--input",
        "incoming/" + NIGHTS.get(night),
        "--write-mode",
        "skip");
  }

  /** The tasks of {@code c2fpl_weekly} up to the promotion; the new model. */
  private String weekly() {
    String before = models.requireCurrent();
    done(
        "ingest",
        "--split",
        "train",
        "--batch",
        "2026-11-25",
        "--input",
        "more",
        "--write-mode",
        "skip");
    assertThat(
            done("stats", "--split", "train", "--train-split", "train", "--write-mode", "refresh")
                .out())
        .contains("as for split train: --standardize");
    done("coarse", "--train-split", "train", "--write-mode", "refresh");
    done("fine", "--train-split", "train", "--write-mode", "refresh");
    Said trained =
        done(
            "train",
            "--train-split",
            "train",
            "--no-promote",
            "--write-mode",
            "skip",
            "--epochs",
            "1",
            "--workers",
            "1");
    assertThat(trained.out()).contains("Next        c2fpl promote --workspace ");
    assertThat(models.requireCurrent()).isEqualTo(before);
    return models.versions().get(0).id();
  }

  private Said done(String... arguments) {
    Said said = said(arguments);
    assertThat(said.exitCode()).as(String.join(" ", arguments) + ": " + said.err()).isZero();
    return said;
  }

  private Said said(String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments[0], "--workspace", workspace.toString()));
    Arrays.stream(arguments)
        .skip(1)
        // Paths of this test are relative to its folder.
        .map(
            each ->
                Files.exists(folder.resolve(each)) || each.endsWith(".csv")
                    ? folder.resolve(each).toString()
                    : each)
        .forEach(all::add);
    return Said.by(all);
  }

  private static Map.Entry<String, String> night(int night, String model) {
    return scores("nightly", NIGHTS.get(night), model);
  }

  private static Map.Entry<String, String> scores(String split, String batch, String model) {
    return Map.entry(Leaf.of(Table.SEGMENT_SCORES, split, batch).path(), model);
  }

  /** The model of every scored batch, which its rows, manifest and detections agree on. */
  private Map<String, String> scoredBy() {
    ScoringModels scored = ScoringModels.of(context);
    Map<String, String> found = new TreeMap<>();
    for (Leaf leaf : context.workspace().leaves(Table.SEGMENT_SCORES)) {
      found.put(leaf.path(), scored.of(leaf));
      for (Leaf each : List.of(leaf, leaf.in(Table.DETECTIONS))) {
        assertThat(context.workspace().read(context.spark(), each).select("model").collectAsList())
            .as(each.path())
            .allSatisfy(row -> assertThat(row.getString(0)).isEqualTo(scored.of(leaf)));
      }
    }
    return found;
  }

  private long rows(Leaf leaf) {
    return context.workspace().require(leaf, "").rows();
  }

  /** The time when each table was made. */
  private Map<String, String> made() {
    Map<String, String> made = new TreeMap<>();
    for (Table table : Table.values()) {
      for (Leaf leaf : context.workspace().leaves(table)) {
        made.put(leaf.path(), context.workspace().require(leaf, "").ended());
      }
    }
    return made;
  }

  private String page() throws IOException {
    return Files.readString(workspace.resolve("report/index.html"));
  }

  private String metrics() throws IOException {
    return Json.MAPPER
        .readTree(workspace.resolve("evaluation/metrics.json").toFile())
        .path("model")
        .asText();
  }

  private void write(String name, long seed, SyntheticFootage.Size size) throws IOException {
    new SyntheticFootageWriter(new SyntheticFootage(seed, size))
        .write(new org.apache.hadoop.fs.Path(folder.resolve(name).toString()), new Configuration());
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".npy")).sorted().toList();
    }
  }
}
