package org.c2fpl.upkeep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.databind.node.ArrayNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.c2fpl.annotate.AnnotateStage;
import org.c2fpl.coarse.CoarseStage;
import org.c2fpl.detector.ModelStore;
import org.c2fpl.doctor.Doctor;
import org.c2fpl.doctor.Finding;
import org.c2fpl.errors.DataException;
import org.c2fpl.evaluate.EvaluateStage;
import org.c2fpl.export.Export;
import org.c2fpl.export.ExportFormat;
import org.c2fpl.export.ExportOptions;
import org.c2fpl.export.Exported;
import org.c2fpl.fine.FineStage;
import org.c2fpl.method.statistics.NormKind;
import org.c2fpl.pipeline.Pipeline;
import org.c2fpl.report.ReportStage;
import org.c2fpl.score.ScoreStage;
import org.c2fpl.stage.StageContext;
import org.c2fpl.stage.StageRunner;
import org.c2fpl.stats.Statistic;
import org.c2fpl.stats.StatsStage;
import org.c2fpl.testing.Fixtures;
import org.c2fpl.testing.SharedSpark;
import org.c2fpl.train.TrainStage;
import org.c2fpl.workspace.Leaf;
import org.c2fpl.workspace.LeafTransaction;
import org.c2fpl.workspace.Manifest;
import org.c2fpl.workspace.ManifestDraft;
import org.c2fpl.workspace.Table;
import org.c2fpl.workspace.Workspace;
import org.c2fpl.workspace.WriteMode;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A table that lost or gained a file, or with a file of another length, is refused by every reader,
 * and never reported as up to date.
 */
class WholeTablesTest {
  @TempDir static Path shared;
  private static PreparedRun prepared;
  private static Path filled;

  @TempDir Path folder;
  private Path root;
  private StageContext context;
  private Workspace workspace;

  /** The damage to a file of a table by copies, synchronisation or hand. */
  enum Damage {
    REMOVED("it is missing") {
      @Override
      Path on(Path file) throws IOException {
        Files.delete(file);
        return file;
      }
    },
    TRUNCATED("bytes, not ") {
      @Override
      Path on(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(bytes, bytes.length / 2));
        return file;
      }
    },
    EMPTIED("it has 0 bytes, not ") {
      @Override
      Path on(Path file) throws IOException {
        Files.write(file, new byte[0]);
        return file;
      }
    },
    LONGER("bytes, not ") {
      @Override
      Path on(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(bytes, bytes.length + 1));
        return file;
      }
    },
    DUPLICATED("it does not belong to the table") {
      @Override
      Path on(Path file) throws IOException {
        return Files.copy(file, file.resolveSibling("a-copy-" + file.getFileName()));
      }
    },
    ANOTHER_ADDED("it does not belong to the table") {
      @Override
      Path on(Path file) throws IOException {
        return Files.writeString(file.resolveSibling("notes.txt"), "mine");
      }
    };

    private final String found;

    Damage(String found) {
      this.found = found;
    }

    /** Damages it and returns the file that the message must name. */
    abstract Path on(Path file) throws IOException;
  }

  @BeforeAll
  static void prepare() throws IOException {
    // Every table.
    prepared =
        new PreparedRun(
            shared,
            shared.resolve("prepared"),
            new StatsStage.Options(
                List.of(),
                true,
                NormKind.L2,
                List.of(Statistic.NORM, Statistic.MAHALANOBIS),
                8,
                "train"));
    filled = prepared.copy(shared.resolve("filled"));
    StageRunner.run(PreparedRun.context(filled), new ReportStage(), 0);
  }

  @BeforeEach
  void copy() {
    root = copyOf(filled, folder.resolve("w"));
    context = PreparedRun.context(root);
    workspace = context.workspace();
  }

  static Stream<Table> tables() {
    return Stream.of(Table.values());
  }

  @ParameterizedTest
  @EnumSource(Table.class)
  void everyDamageOfEveryTableIsRefusedAndNothingIsUpToDate(Table table) throws IOException {
    Leaf leaf = workspace.leaves(table).get(0);
    for (Damage damage : Damage.values()) {
      Path file = damaged(damage, leaf);
      List<Runnable> readers =
          List.of(
              () -> workspace.requireWhole(leaf),
              () -> workspace.file(leaf, "metrics.json"),
              () -> workspace.read(context.spark(), leaf),
              () -> workspace.readAsWritten(context.spark(), leaf),
              () -> again(leaf, WriteMode.SKIP).close(),
              () -> again(leaf, WriteMode.REFRESH).close());
      for (Runnable reader : readers) {
        assertThatThrownBy(reader::run)
            .as("%s %s", damage, leaf)
            .isInstanceOf(DataException.class)
            .hasMessageStartingWith("Cannot read file:" + file + ": ")
            .hasMessageContaining(damage.found)
            .hasMessageContaining("make " + leaf + " again: 'c2fpl ")
            .hasMessageEndingWith("with --write-mode overwrite.");
      }
      assertThat(workspace.damage(leaf)).isPresent();
      restore(leaf);
    }
    assertThat(workspace.damage(leaf)).isEmpty();
    try (LeafTransaction same = again(leaf, WriteMode.SKIP)) {
      assertThat(same.upToDate()).isTrue();
    }
  }

  @ParameterizedTest
  @EnumSource(Table.class)
  void hiddenFilesBelongToNobody(Table table) throws IOException {
    Leaf leaf = workspace.leaves(table).get(0);
    for (String name : List.of("_SUCCESS", ".DS_Store", ".part-0.crc", "_x", "p._COPYING_")) {
      Files.writeString(folder(leaf).resolve(name), "any");
    }
    assertThat(workspace.damage(leaf)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(Table.class)
  void whereAManifestListsNoFilesRowsAreCounted(Table table) throws IOException {
    for (Leaf leaf : workspace.leaves(table)) {
      Fixtures.withoutFiles(folder(leaf));
      assertThat(workspace.damage(leaf)).isEmpty();
      boolean rows = workspace.require(leaf, "").rows() > 0;
      if (table.schema().length() == 0 || !rows) {
        continue;
      }
      for (Damage damage : List.of(Damage.REMOVED, Damage.DUPLICATED)) {
        withRows(damage, leaf);
        assertThat(workspace.damage(leaf))
            .hasValueSatisfying(
                message ->
                    assertThat(message)
                        .startsWith("Cannot read file:" + folder(leaf) + ": its files hold ")
                        .contains("a file is missing or does not belong there")
                        .contains("make " + leaf + " again: 'c2fpl "));
        restore(leaf);
        Fixtures.withoutFiles(folder(leaf));
      }
      for (Damage damage : List.of(Damage.TRUNCATED, Damage.EMPTIED)) {
        Path file = damaged(damage, leaf);
        assertThat(workspace.damage(leaf))
            .hasValueSatisfying(
                message -> assertThat(message).startsWith("Cannot read file:" + file + ": it is "));
        restore(leaf);
        Fixtures.withoutFiles(folder(leaf));
      }
    }
  }

  /** A command and a table that it reads. */
  record Reading(String command, Table table) {
    @Override
    public String toString() {
      return command + " over " + table.folder();
    }
  }

  /** From the manifests of commands, and for the commands without a manifest. */
  static List<Reading> readings() throws IOException {
    if (prepared == null) {
      prepare();
    }
    StageContext context = PreparedRun.context(filled);
    Workspace workspace = context.workspace();
    TreeSet<String> named = new TreeSet<>();
    List<Reading> readings = new ArrayList<>();
    List<Manifest> manifests = new ArrayList<>();
    tables()
        .flatMap(table -> workspace.leaves(table).stream())
        .forEach(leaf -> manifests.add(workspace.require(leaf, "")));
    ModelStore models = new ModelStore(workspace);
    manifests.add(models.manifest(models.requireCurrent()).orElseThrow());
    for (Manifest manifest : manifests) {
      for (String input : manifest.inputs().keySet()) {
        Leaf.parse(input)
            // A command makes its own tables again.
            .filter(leaf -> !workspace.require(leaf, "").command().equals(manifest.command()))
            .map(leaf -> new Reading(manifest.command(), leaf.table()))
            .filter(reading -> named.add(reading.toString()))
            .ifPresent(readings::add);
      }
    }
    KnownVideos.tables().stream()
        .filter(table -> !workspace.leaves(table).isEmpty())
        .forEach(table -> readings.add(new Reading("forget", table)));
    tables()
        // Only stages that read bins make them.
        .filter(table -> table != Table.POOLED_SEGMENTS && table != Table.REPORT)
        .forEach(table -> readings.add(new Reading("run", table)));
    readings.add(new Reading("export detections", Table.DETECTIONS));
    readings.add(new Reading("export scores", Table.SEGMENT_SCORES));
    readings.add(new Reading("export detections", Table.ANNOTATIONS));
    readings.add(new Reading("lineage --video", Table.DETECTIONS));
    readings.add(new Reading("lineage --video", Table.COARSE_LABELS));
    readings.add(new Reading("lineage --video", Table.VIDEOS));
    return readings;
  }

  @Test
  void everyCommandRefusesEveryTableThatItReads() throws IOException {
    Map<String, Consumer<StageContext>> commands = commands();
    List<Reading> readings = readings();
    assertThat(readings.stream().map(Reading::table))
        .contains(
            Arrays.stream(Table.values())
                .filter(table -> table != Table.POOLED_SEGMENTS && table != Table.REPORT)
                .toArray(Table[]::new));
    for (Reading reading : readings) {
      for (Leaf leaf : workspace.leaves(reading.table())) {
        Damage.REMOVED.on(files(leaf).get(0));
      }
      StageContext on =
          Fixtures.context(
              root, 0, reading.command().equals("run") ? WriteMode.REFRESH : WriteMode.OVERWRITE);
      String before = content(reading.table());
      assertThat(commands).containsKey(reading.command());
      assertThat(catchThrowable(() -> commands.get(reading.command()).accept(on)))
          .as(reading.toString())
          .isInstanceOf(DataException.class)
          .hasMessageStartingWith("Cannot read file:" + root.resolve(reading.table().folder()))
          .hasMessageContaining("it is missing");
      assertThat(content(reading.table())).isEqualTo(before);
      for (Leaf leaf : workspace.leaves(reading.table())) {
        restore(leaf);
      }
    }
    assertThat(root.resolve("export.csv")).doesNotExist();
  }

  private Map<String, Consumer<StageContext>> commands() throws IOException {
    Pipeline.Options options =
        prepared.options(prepared.ingest("train").build(), prepared.ingest("test").build());
    Pipeline.Method method = options.method();
    String video = prepared.videos("train").get(0);
    Map<String, Consumer<StageContext>> commands = new LinkedHashMap<>();
    commands.put(
        "annotate", context -> StageRunner.run(context, new AnnotateStage(), options.annotate()));
    commands.put("pool", context -> StageRunner.run(context, new StatsStage(), method.stats()));
    commands.put("stats", context -> StageRunner.run(context, new StatsStage(), method.stats()));
    commands.put("coarse", context -> StageRunner.run(context, new CoarseStage(), method.coarse()));
    commands.put("fine", context -> StageRunner.run(context, new FineStage(), method.fine()));
    commands.put("train", context -> StageRunner.run(context, new TrainStage(), method.training()));
    commands.put("score", context -> StageRunner.run(context, new ScoreStage(), method.score()));
    commands.put(
        "evaluate", context -> StageRunner.run(context, new EvaluateStage(), method.evaluate()));
    commands.put("report", context -> StageRunner.run(context, new ReportStage(), 0));
    commands.put("run", prepared::run);
    commands.put("forget", context -> Forgetting.run(context, List.of(video)));
    commands.put("lineage --video", context -> new Lineage(context).video(video));
    commands.put("export detections", context -> export(context, Exported.DETECTIONS));
    commands.put("export scores", context -> export(context, Exported.SCORES));
    return commands;
  }

  private void export(StageContext context, Exported what) {
    Export.run(
        context,
        new ExportOptions(
            what,
            ExportFormat.CSV,
            root.resolve("export.csv").toString(),
            List.of(),
            List.of(),
            List.of(),
            null,
            null,
            null));
  }

  @Test
  void doctorAndLineageShowWhatIsDamaged() throws IOException {
    List<String> lost = new ArrayList<>();
    for (Table table : List.of(Table.SEGMENTS, Table.FINE_LABELS, Table.DETECTIONS)) {
      lost.add(damaged(Damage.REMOVED, workspace.leaves(table).get(0)).toString());
    }
    ModelStore models = new ModelStore(workspace);
    Path parameters =
        root.resolve(ModelStore.folder(models.requireCurrent())).resolve("coefficients");
    Damage.TRUNCATED.on(parameters);

    List<Finding> failures =
        new Doctor(context.spark())
            .examine(workspace).stream()
                .filter(finding -> finding.severity() == Finding.Severity.FAILURE)
                .toList();
    assertThat(failures).hasSize(4);
    for (String file : lost) {
      assertThat(failures).anyMatch(finding -> finding.found().contains(file + ": it is missing"));
    }
    assertThat(failures).anyMatch(finding -> finding.found().contains("coefficients: it has "));

    Lineage lineage = new Lineage(context);
    ArrayNode nodes = lineage.results();
    String text = Lineage.text(nodes);
    for (String file : lost) {
      assertThat(text).contains("DAMAGED. Cannot read file:" + file + ": it is missing");
    }
    assertThat(text).contains("coefficients: it has ");
    assertThatThrownBy(lineage::requireSound)
        .isInstanceOf(DataException.class)
        .hasMessageContaining("more of the lineage are damaged");

    // A training is done only with all of its files.
    Pipeline.Options options =
        prepared.options(prepared.ingest("train").build(), prepared.ingest("test").build());
    assertThatThrownBy(
            () -> StageRunner.run(context, new TrainStage(), options.method().training()))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("coefficients");
  }

  @Test
  void overwritingMakesTablesWholeAgain() throws IOException {
    List<Leaf> leaves =
        Stream.of(
                Table.POOLED_SEGMENTS,
                Table.FEATURE_PROFILE,
                Table.STATISTIC_MODEL,
                Table.SEGMENT_STATISTICS,
                Table.SEGMENT_NORMS,
                Table.VIDEO_STATS,
                Table.COARSE_LABELS,
                Table.ANNOTATIONS,
                Table.REPORT)
            .flatMap(table -> workspace.leaves(table).stream())
            .toList();
    for (Leaf leaf : leaves) {
      Damage.REMOVED.on(files(leaf).get(0));
    }
    StageContext overwriting = Fixtures.context(root, 0, WriteMode.OVERWRITE);
    Map<String, Consumer<StageContext>> commands = commands();
    for (String command : List.of("stats", "coarse", "annotate", "report")) {
      commands.get(command).accept(overwriting);
    }
    for (Leaf leaf : leaves) {
      assertThat(workspace.damage(leaf)).as(leaf.path()).isEmpty();
    }
  }

  private String content(Table table) {
    return workspace.leaves(table).stream()
        .map(leaf -> workspace.require(leaf, "") + " " + files(leaf))
        .toList()
        .toString();
  }

  private LeafTransaction again(Leaf leaf, WriteMode mode) {
    Manifest manifest = workspace.require(leaf, "");
    ManifestDraft draft = ManifestDraft.of(manifest.command(), manifest.madeBy(), 0);
    manifest.parameters().forEach(draft::parameter);
    manifest.inputs().forEach(draft::input);
    return workspace.begin(draft, mode, List.of(leaf));
  }

  private Path damaged(Damage damage, Leaf leaf) throws IOException {
    return damage.on(files(leaf).get(0));
  }

  /** To a file with rows. */
  private void withRows(Damage damage, Leaf leaf) throws IOException {
    SparkSession spark = SharedSpark.session();
    for (Path file : files(leaf)) {
      if (spark.read().parquet(file.toString()).count() > 0) {
        damage.on(file);
        return;
      }
    }
    throw new IllegalStateException("no rows in " + leaf);
  }

  private Path folder(Leaf leaf) {
    return root.resolve(leaf.path());
  }

  private List<Path> files(Leaf leaf) {
    try (Stream<Path> files = Files.list(folder(leaf))) {
      return files
          .filter(file -> !file.getFileName().toString().startsWith("."))
          .filter(file -> !file.getFileName().toString().startsWith("_"))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void restore(Leaf leaf) throws IOException {
    try (Stream<Path> files = Files.list(folder(leaf))) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    copyOf(filled.resolve(leaf.path()), folder(leaf));
  }

  private static Path copyOf(Path from, Path to) {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Path copy = to.resolve(from.relativize(file).toString());
        if (!Files.isDirectory(copy)) {
          Files.copy(file, copy);
        }
      }
      return to;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
