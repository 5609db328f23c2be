package org.c2fpl.upkeep;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.example.GroupReadSupport;
import org.c2fpl.annotate.AnnotateStage;
import org.c2fpl.coarse.CoarseStage;
import org.c2fpl.demo.SyntheticFootage;
import org.c2fpl.demo.SyntheticFootageWriter;
import org.c2fpl.detector.TrainingPlan;
import org.c2fpl.evaluate.EvaluateStage;
import org.c2fpl.fine.FineStage;
import org.c2fpl.formats.annotations.AnnotationFormat;
import org.c2fpl.ingest.FeatureFormat;
import org.c2fpl.ingest.IngestOptions;
import org.c2fpl.method.evaluation.TailPolicy;
import org.c2fpl.pipeline.Pipeline;
import org.c2fpl.score.ScoreStage;
import org.c2fpl.stage.StageContext;
import org.c2fpl.stats.StatsStage;
import org.c2fpl.testing.Fixtures;
import org.c2fpl.train.ThresholdChoice;
import org.c2fpl.train.TrainStage;
import org.c2fpl.workspace.WriteMode;

/** A workspace filled by a whole small run; copies of it are cheap. */
final class PreparedRun {
  private final Path footage;
  private final Path workspace;
  private final StatsStage.Options stats;

  PreparedRun(Path folder) throws IOException {
    this(folder, folder.resolve("prepared"));
  }

  PreparedRun(Path folder, Path workspace) throws IOException {
    this(folder, workspace, new StatsStage.Options(List.of(), true, "train"));
  }

  /**
   * @param folder for the footage
   * @param workspace the one to fill
   */
  PreparedRun(Path folder, Path workspace, StatsStage.Options stats) throws IOException {
    this.stats = stats;
    this.workspace = workspace;
    footage = folder.resolve("footage");
    SyntheticFootage small = new SyntheticFootage(3, new SyntheticFootage.Size(16, 6, 1, 32));
    new SyntheticFootageWriter(small)
        .write(new org.apache.hadoop.fs.Path(footage.toString()), new Configuration());
    run(workspace);
  }

  Path footage() {
    return footage;
  }

  /** A copy of the filled workspace. */
  Path copy(Path to) {
    try (Stream<Path> files = Files.walk(workspace)) {
      for (Path file : files.toList()) {
        Path copy = to.resolve(workspace.relativize(file).toString());
        if (!Files.isDirectory(copy)) {
          Files.copy(file, copy);
        }
      }
      return to;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Runs the remaining stages on the footage. */
  void run(Path on) {
    run(context(on));
  }

  /** Runs them with another write mode. */
  void run(StageContext context) {
    Pipeline.run(context, options(ingest("train").build(), ingest("test").build()));
  }

  static StageContext context(Path on) {
    return Fixtures.context(on, 0, WriteMode.REFRESH);
  }

  IngestOptions.Builder ingest(String split) {
    return IngestOptions.builder(
        FeatureFormat.NPY, split, List.of(footage.resolve(split).toString()));
  }

  Pipeline.Options options(IngestOptions train, IngestOptions test) {
    return new Pipeline.Options(
        train,
        test,
        new AnnotateStage.Options(
            AnnotationFormat.CSV,
            footage.resolve("annotations.csv").toString(),
            null,
            "test",
            AnnotateStage.UnknownVideos.IGNORE,
            null),
        new Pipeline.Method(
            stats,
            new CoarseStage.Options(1.0, "train"),
            new FineStage.Options(0.2, "train"),
            new TrainStage.Options(
                "train",
                TrainingPlan.standard(5).withEpochs(2).withWorkers(2),
                ThresholdChoice.auto()),
            new ScoreStage.Options(List.of(), null),
            new EvaluateStage.Options(
                "test", TailPolicy.REPEAT, EvaluateStage.MissingScores.IGNORE, "train", 20, 50)));
  }

  /** The ids of a split's videos. */
  List<String> videos(String split) throws IOException {
    try (Stream<Path> files = Files.list(footage.resolve(split))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".npy"))
          .map(name -> name.substring(0, name.length() - ".npy".length()))
          .sorted()
          .toList();
    }
  }

  /** The files under a folder that contain a text, also in compressed rows. */
  static List<Path> filesWith(Path folder, String text) throws IOException {
    List<Path> found = new ArrayList<>();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String bytes = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
        boolean plain = bytes.contains(text) || file.toString().contains(text);
        if (plain || (file.toString().endsWith(".parquet") && rowsWith(file, text))) {
          found.add(file);
        }
      }
    }
    return found;
  }

  private static boolean rowsWith(Path file, String text) throws IOException {
    // Not with Spark: there are hundreds of small files to read.
    try (ParquetReader<Group> rows =
        ParquetReader.builder(new GroupReadSupport(), new org.apache.hadoop.fs.Path(file.toUri()))
            .build()) {
      for (Group row = rows.read(); row != null; row = rows.read()) {
        if (row.toString().contains(text)) {
          return true;
        }
      }
      return false;
    }
  }
}
