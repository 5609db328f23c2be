package org.c2fpl.experiment;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.c2fpl.report.page.StudyData;
import org.c2fpl.report.page.StudyPage;
import org.c2fpl.stage.StageContext;
import org.c2fpl.workspace.Workspace;

/**
 * {@code results.csv}, {@code results.md}, {@code results.parquet} and {@code index.html}: those of
 * a study in {@code experiment/<study>/}, with the study itself, and those of all studies of the
 * workspace in {@code experiment/}.
 */
final class ResultsStore {
  private static final String FOLDER = "experiment";
  private static final String STUDY = "study.yaml";
  private static final String CSV = "results.csv";
  private static final String MARKDOWN = "results.md";
  private static final String PAGE = "index.html";
  private static final String PARQUET = "results.parquet";
  private static final StructType SCHEMA = schema();

  private final StageContext context;
  private final Workspace workspace;
  private final StudyFile file;

  ResultsStore(StageContext context, StudyFile file) {
    this.context = context;
    this.workspace = context.workspace();
    this.file = file;
  }

  /** The result of an earlier session, if the variant has not changed. */
  Optional<Result> earlier(Experiment.Run run) {
    return results(folder(file.study().name())).stream()
        .filter(
            result ->
                result.variant().equals(run.variant().name())
                    && result.seed() == run.seed()
                    && result.score().equals(run.variant().score())
                    && result.options().equals(run.optionsJson()))
        .findFirst();
  }

  /** The path of the study's table. */
  Path markdown() {
    return new Path(folder(file.study().name()), MARKDOWN);
  }

  /** The path of the study's plots. */
  Path page() {
    return new Path(folder(file.study().name()), PAGE);
  }

  /** Writes the study's results, and rewrites those of all studies. */
  void write(List<Result> results) {
    Path folder = folder(file.study().name());
    text(new Path(folder, STUDY), file.text());
    write(folder, results, ResultsMarkdown.page(file.study(), results));
    List<Result> all = new ArrayList<>();
    StringBuilder pages = new StringBuilder();
    List<StudyPage.Entry> entries = new ArrayList<>();
    for (Map.Entry<String, Path> each : studies().entrySet()) {
      List<Result> ofStudy = results(each.getValue());
      all.addAll(ofStudy);
      Path path = new Path(each.getValue(), STUDY);
      Study study = StudyFile.parse(text(path).orElseThrow(), path.toString()).study();
      pages.append(pages.length() == 0 ? "" : "\n").append(ResultsMarkdown.page(study, ofStudy));
      // For other studies, too: an earlier version of the program wrote no plots, or others.
      StudyData data = ResultsPlots.data(study, ofStudy);
      text(new Path(each.getValue(), PAGE), StudyPage.html(data));
      entries.add(new StudyPage.Entry(each.getKey(), data));
    }
    text(new Path(workspace.path(FOLDER), PAGE), StudyPage.list(entries));
    write(workspace.path(FOLDER), all, pages.toString());
  }

  private void write(Path folder, List<Result> results, String markdown) {
    text(new Path(folder, CSV), ResultsCsv.write(results));
    text(new Path(folder, MARKDOWN), markdown);
    List<Row> rows =
        results.stream()
            .map(result -> RowFactory.create(ResultsCsv.values(result).toArray()))
            .toList();
    Path staged = new Path(folder, "_" + PARQUET);
    Path target = new Path(folder, PARQUET);
    context
        .spark()
        .createDataFrame(rows, SCHEMA)
        .coalesce(1)
        .write()
        .mode("overwrite")
        .parquet(staged.toString());
    try {
      // After a crash in between, the same command repairs it.
      FileSystem fs = workspace.fileSystem();
      workspace.requireLock();
      fs.delete(target, true);
      if (!fs.rename(staged, target)) {
        throw new IOException("cannot rename " + staged + " to " + target);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Map<String, Path> studies() {
    Map<String, Path> studies = new TreeMap<>();
    try {
      FileSystem fs = workspace.fileSystem();
      for (FileStatus status : fs.listStatus(workspace.path(FOLDER))) {
        Path path = status.getPath();
        if (fs.exists(new Path(path, STUDY)) && fs.exists(new Path(path, CSV))) {
          studies.put(path.getName(), path);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return studies;
  }

  private List<Result> results(Path folder) {
    Path csv = new Path(folder, CSV);
    return text(csv).map(content -> ResultsCsv.read(content, csv.toString())).orElse(List.of());
  }

  private Optional<String> text(Path path) {
    try {
      FileSystem fs = workspace.fileSystem();
      if (!fs.exists(path)) {
        return Optional.empty();
      }
      try (InputStream in = fs.open(path)) {
        return Optional.of(new String(in.readAllBytes(), StandardCharsets.UTF_8));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void text(Path path, String content) {
    workspace.writeAtomically(path, content.getBytes(StandardCharsets.UTF_8));
  }

  private Path folder(String study) {
    return workspace.path(FOLDER + "/" + study);
  }

  private static StructType schema() {
    StructType schema = new StructType();
    for (String column : ResultsCsv.COLUMNS) {
      DataType type =
          switch (column) {
            case "study", "variant", "options", "score", "yardsticks", "status" ->
                DataTypes.StringType;
            case "seed" -> DataTypes.LongType;
            default -> DataTypes.DoubleType;
          };
      schema = schema.add(column, type);
    }
    return schema;
  }
}
