package org.c2fpl.export;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.input_file_name;
import static org.apache.spark.sql.functions.isnan;
import static org.apache.spark.sql.functions.regexp_extract;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.c2fpl.errors.DataException;
import org.c2fpl.errors.DidYouMean;
import org.c2fpl.errors.FileFaults;
import org.c2fpl.formats.features.VideoIds;
import org.c2fpl.score.ScoringModels;
import org.c2fpl.stage.StageContext;
import org.c2fpl.stage.Words;
import org.c2fpl.upkeep.KnownVideos;
import org.c2fpl.workspace.Leaf;
import org.c2fpl.workspace.LiteralPaths;
import org.c2fpl.workspace.Table;
import org.c2fpl.workspace.WholeFile;
import org.c2fpl.workspace.Workspace;
import org.c2fpl.workspace.WriteMode;

/**
 * {@code detections} or {@code segment_scores} → files of other programs.
 *
 * <p>Memory: rows come to the driver in pieces of about {@link #ROWS_AT_ONCE}; with {@code topK}
 * only those rows.
 */
public final class Export {
  /** Rows of a piece that the driver fetches at once. */
  static final int ROWS_AT_ONCE = 50_000;

  private static final String NAME = "export";
  private static final String VIDEO = "video_id";
  private static final int NAMED = 3;

  /** Characters at which a spreadsheet starts a formula. */
  private static final String FORMULA = "=+-@\t\r";

  private final StageContext context;
  private final Workspace workspace;
  private final ExportOptions options;
  private long formulas;

  private Export(StageContext context, ExportOptions options) {
    this.context = context;
    this.workspace = context.workspace();
    this.options = options;
  }

  /**
   * Writes the files, each completely or not at all.
   *
   * @throws DataException if nothing was scored yet, a video is unknown, the output already exists,
   *     or chapters lack frame rates
   */
  public static void run(StageContext context, ExportOptions options) {
    try {
      new Export(context, options).run();
    } catch (IOException e) {
      throw FileFaults.explain(e)
          .map(RuntimeException.class::cast)
          .orElseGet(() -> new UncheckedIOException(e));
    }
  }

  private void run() throws IOException {
    Instant start = Instant.now();
    List<Leaf> leaves = leaves();
    requireKnownVideos();
    ScoringModels models = ScoringModels.of(context, leaves);
    models.warn(context.events());
    models.warnOfSeveral(context.events());
    models.record(context.events());
    Dataset<Row> rows = rows(leaves);
    if (options.toStandardOutput()) {
      toStandardOutput(rows, leaves);
      warnOfFormulas();
      return;
    }
    FileSystem fs = fileSystem();
    Path output = fs.makeQualified(LiteralPaths.of("--output", options.output()));
    requireKind(fs, output);
    long written;
    String where = output.toString();
    if (options.format() == ExportFormat.WEBVTT) {
      ChapterFolder folder = new ChapterFolder(fs, output);
      requireFree(folder.isTaken(), "it already has chapters");
      requireSeconds(rows);
      written = folder.write(ordered(rows, leaves));
      where = Words.count(folder.videos(), "file") + " in " + output;
    } else {
      requireName(output);
      requireFree(fs.exists(output), "it already exists");
      long[] counted = new long[1];
      WholeFile.replace(fs, output, out -> counted[0] = write(rows, leaves, out));
      written = counted[0];
    }
    warnOfFormulas();
    context
        .events()
        .finished(
            NAME,
            Duration.between(start, Instant.now()),
            Words.count(written, options.what().noun()) + " → " + where);
  }

  /** Hadoop writes a checksum file whose name contains the name of the file. */
  private static void requireName(Path output) {
    if (output.getName().indexOf(':') >= 0) {
      throw new DataException(
          "Cannot export to "
              + output
              + ": Hadoop cannot write a file whose name has a colon. Choose another name.");
    }
  }

  private FileSystem fileSystem() throws IOException {
    try {
      return LiteralPaths.of("--output", options.output())
          .getFileSystem(context.spark().sessionState().newHadoopConf());
    } catch (IllegalArgumentException e) {
      throw new DataException(
          "Cannot export to "
              + options.output()
              + ": "
              + e.getMessage()
              + ". Give a path, or the URI of one.",
          e);
    }
  }

  private void requireKind(FileSystem fs, Path output) throws IOException {
    boolean folder = options.format() == ExportFormat.WEBVTT;
    if (fs.exists(output) && fs.getFileStatus(output).isDirectory() != folder) {
      throw new DataException(
          "Cannot export to "
              + options.output()
              + ": it is a "
              + (folder ? "file, and webvtt writes one file per video" : "folder")
              + ". Give the path of a "
              + (folder ? "folder." : "file."));
    }
  }

  private List<Leaf> leaves() {
    Table table = options.what().table();
    List<Leaf> leaves =
        options.splits().isEmpty()
            ? workspace.leaves(table)
            : options.splits().stream()
                .distinct()
                .flatMap(
                    split ->
                        workspace
                            .requireLeaves(
                                table, split, "Run 'c2fpl score --split " + split + "' first.")
                            .stream())
                .toList();
    for (String batch : options.batches()) {
      if (leaves.stream().noneMatch(leaf -> leaf.batch().equals(batch))) {
        throw missing(
            "batch " + batch + " of " + table.folder(),
            DidYouMean.among("Batches", batch, leaves.stream().map(Leaf::batch).toList()));
      }
    }
    leaves =
        leaves.stream()
            .filter(leaf -> options.batches().isEmpty() || options.batches().contains(leaf.batch()))
            .toList();
    if (leaves.isEmpty()) {
      throw missing(table.folder(), "");
    }
    return leaves;
  }

  private DataException missing(String what, String meant) {
    return new DataException(
        "Cannot find "
            + what
            + " in workspace "
            + workspace.root()
            + ": it does not exist yet. "
            + meant
            + "Run 'c2fpl score' first.");
  }

  /** Refuses misspelt videos, which no table has; a video without detections is not an error. */
  private void requireKnownVideos() {
    List<Leaf> ingested = workspace.leaves(Table.VIDEOS);
    if (options.videos().isEmpty() || ingested.isEmpty()) {
      return;
    }
    List<String> known =
        workspace
            .read(context.spark(), ingested)
            .filter(col(VIDEO).isin(options.videos().toArray()))
            .select(VIDEO)
            .distinct()
            .collectAsList()
            .stream()
            .map(row -> row.getString(0))
            .toList();
    for (String video : options.videos()) {
      if (!known.contains(video)) {
        throw new DataException(
            "Cannot export video '"
                + VideoIds.printable(video)
                + "': the workspace has no such video. "
                + KnownVideos.advice(context, video));
      }
    }
  }

  private void requireFree(boolean taken, String found) {
    if (taken && context.writeMode() != WriteMode.OVERWRITE) {
      throw new DataException(
          "Cannot export to "
              + options.output()
              + ": "
              + found
              + ". Use --write-mode overwrite to replace it, or give another --output.");
    }
  }

  /** Refuses videos without times, which chapters need. */
  private void requireSeconds(Dataset<Row> rows) {
    List<Row> without =
        rows.filter(col("start_seconds").isNull().or(isnan(col("start_seconds"))))
            .select(VIDEO)
            .distinct()
            .limit(NAMED)
            .collectAsList();
    if (!without.isEmpty()) {
      throw new DataException(
          "Cannot export chapters: the frames per second of some videos are unknown, among them "
              + String.join(
                  ", ", without.stream().map(row -> VideoIds.printable(row.getString(0))).toList())
              + ". Give --fps N for the videos that lack it, or ingest again with a column fps in"
              + " --videos and score.");
    }
  }

  /** The table's columns, then split, batch, and label and class of the ground truth. */
  private Dataset<Row> rows(List<Leaf> leaves) {
    Exported what = options.what();
    Dataset<Row> rows = workspace.read(context.spark(), leaves);
    if (options.minScore() != null) {
      rows = rows.filter(col(what.score()).geq(options.minScore()));
    }
    if (!options.videos().isEmpty()) {
      rows = rows.filter(col(VIDEO).isin(options.videos().toArray()));
    }
    if (options.fps() != null) {
      rows =
          rows.withColumn("start_seconds", seconds("start"))
              .withColumn("end_seconds", seconds("end"));
    }
    rows = rows.withColumn("split", folder("split")).withColumn("batch", folder("batch"));
    Dataset<Row> truth = truth();
    Dataset<Row> joined =
        rows.join(
            truth,
            rows.col(VIDEO)
                .equalTo(truth.col("of_video"))
                .and(rows.col("split").equalTo(truth.col("of_split"))),
            "left");
    Column[] columns =
        Stream.concat(
                Arrays.stream(what.table().schema().fieldNames()),
                Stream.of("split", "batch", "label", "class"))
            .map(name -> col(name))
            .toArray(Column[]::new);
    Dataset<Row> selected = joined.select(columns);
    return options.topK() == null ? selected : selected.orderBy(order(true)).limit(options.topK());
  }

  private Column seconds(String end) {
    return coalesce(col(end + "_seconds"), col(end + "_frame").divide(options.fps()));
  }

  private static Column folder(String name) {
    // The last match: folders above the workspace may have the same name.
    return regexp_extract(input_file_name(), "^.*/" + name + "=([^/]+)/", 1);
  }

  private Dataset<Row> truth() {
    Leaf annotations = Leaf.of(Table.ANNOTATIONS);
    Dataset<Row> rows =
        workspace.manifest(annotations).isPresent()
            ? workspace.read(context.spark(), annotations)
            : context.spark().createDataFrame(List.of(), annotations.table().schema());
    return rows.select(
        col(VIDEO).as("of_video"), col("split").as("of_split"), col("label"), col("class"));
  }

  private Column[] order(boolean byScore) {
    List<Column> columns = new ArrayList<>();
    if (byScore) {
      columns.add(col(options.what().score()).desc());
    }
    Stream.of("split", VIDEO, options.what().position()).forEach(name -> columns.add(col(name)));
    return columns.toArray(Column[]::new);
  }

  /**
   * The rows in order: the strongest first, if only those are requested and the format has one list
   * of all videos; else by split, video and position. They are split into ranges, which the driver
   * fetches one by one.
   */
  private Iterator<Row> ordered(Dataset<Row> rows, List<Leaf> leaves) {
    boolean strongest = options.topK() != null;
    if (strongest && options.format() != ExportFormat.WEBVTT) {
      return rows.toLocalIterator();
    }
    long all =
        strongest
            ? options.topK()
            : leaves.stream()
                .mapToLong(leaf -> workspace.manifest(leaf).orElseThrow().rows())
                .sum();
    int ranges = (int) Math.min(Integer.MAX_VALUE, 1 + all / ROWS_AT_ONCE);
    Column[] order = order(false);
    return rows.repartitionByRange(ranges, order).sortWithinPartitions(order).toLocalIterator();
  }

  private long write(Dataset<Row> rows, List<Leaf> leaves, OutputStream out) throws IOException {
    RowWriter writer = RowWriter.of(options.format(), List.of(rows.columns()), out);
    long written = 0;
    for (Iterator<Row> each = ordered(rows, leaves); each.hasNext(); written++) {
      Row row = each.next();
      writer.write(row);
      count(row.getAs(VIDEO));
    }
    writer.finish();
    return written;
  }

  /** Ends early without an error if the reader closes the pipe, as {@code head} does. */
  private void toStandardOutput(Dataset<Row> rows, List<Leaf> leaves) throws IOException {
    OutputStream out = new BufferedOutputStream(new FileOutputStream(FileDescriptor.out), 1 << 16);
    try {
      write(rows, leaves, out);
      out.flush();
    } catch (IOException e) {
      if (!Optional.ofNullable(e.getMessage()).orElse("").contains("Broken pipe")) {
        throw e;
      }
    }
  }

  private void count(String video) {
    if (!video.isEmpty() && FORMULA.indexOf(video.charAt(0)) >= 0) {
      formulas++;
    }
  }

  /**
   * Names are written unchanged, so that programs can join them with other data. A warning informs
   * those who open the file in a spreadsheet.
   */
  private void warnOfFormulas() {
    if (formulas > 0 && options.format() == ExportFormat.CSV) {
      context
          .events()
          .warned(
              Words.count(formulas, "row")
                  + " of videos whose names start like a formula (=, +, -, @): import video_id as"
                  + " text into a spreadsheet");
    }
  }
}
