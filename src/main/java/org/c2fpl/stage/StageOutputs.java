package org.c2fpl.stage;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Observation;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.c2fpl.stage.StageEvents.Figure;
import org.c2fpl.workspace.Leaf;
import org.c2fpl.workspace.LeafTransaction;
import org.c2fpl.workspace.LiteralPaths;
import org.c2fpl.workspace.ManifestDraft;
import org.c2fpl.workspace.WholeFile;

/** Writes the rows of a {@link Unit}, which appear when all of them are written. */
public final class StageOutputs {
  private static final Column ROWS = functions.count(functions.lit(1)).as("rows");

  private final StageContext context;
  private final LeafTransaction transaction;
  private final ManifestDraft draft;
  private final Progress progress;
  private final Map<Figure, Double> figures = new EnumMap<>(Figure.class);
  private Duration tookBefore = Duration.ZERO;

  /**
   * @param transaction null for a unit that writes no leaves
   */
  StageOutputs(
      StageContext context, LeafTransaction transaction, ManifestDraft draft, Progress progress) {
    this.context = context;
    this.transaction = transaction;
    this.draft = draft;
    this.progress = progress;
  }

  /** Outputs for rewriting leaves outside a stage. */
  public static StageOutputs rewriting(StageContext context, LeafTransaction transaction) {
    return new StageOutputs(context, transaction, null, Progress.none());
  }

  /** The fingerprint of everything on which the results depend, for results outside tables. */
  public ManifestDraft draft() {
    return draft;
  }

  /** The progress of the stage over all of its units. */
  public Progress progress() {
    return progress;
  }

  /** Reports a number to listeners once the unit exists. */
  public void figure(Figure figure, double value) {
    figures.put(figure, value);
  }

  Map<Figure, Double> figures() {
    return figures;
  }

  /** Adds time spent on the unit before it began. */
  public void tookBefore(Duration time) {
    tookBefore = time;
  }

  Duration tookBefore() {
    return tookBefore;
  }

  /** The details of the result in the leaf's manifest. */
  public ObjectNode details(Leaf leaf) {
    return transaction.details(leaf);
  }

  /** The doubts about a leaf's rows: warnings that are kept in its manifest. */
  public Doubts doubts(Leaf leaf) {
    return new Doubts(context.events(), details(leaf));
  }

  /** The folder for the files of a leaf; it does not exist yet. */
  public Path folder(Leaf leaf) {
    return transaction.staging(leaf);
  }

  /**
   * The path for a file that belongs to no leaf and appears together with the leaves.
   *
   * @param relative its path, relative to the workspace
   */
  public Path fileBeside(String relative) {
    return transaction.stagingBeside(relative);
  }

  /** Writes a file, in a leaf's {@link #folder} or {@link #fileBeside}. */
  public void writeFile(Path file, byte[] content) {
    try {
      WholeFile.write(context.workspace().fileSystem(), file, content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Records how many rows were written to a leaf's {@link #folder}. */
  public void rows(Leaf leaf, long count) {
    transaction.rows(leaf, count);
  }

  /**
   * Writes the table's columns in their order and types, optional ones if the rows have them;
   * returns the number of rows, which are counted as they are written.
   */
  public long write(Dataset<Row> rows, Leaf leaf) {
    return write(rows, leaf, Map.of());
  }

  /** Like {@link #write}, and shows the progress. */
  public long writeShown(Dataset<Row> rows, Leaf leaf) {
    return progress.rows(context.spark(), () -> write(rows, leaf));
  }

  /**
   * Writes rows of many megabytes each, uncompressed: the time to read a compressed page grows with
   * the square of its size. Every large row is a row group, so that writer and readers hold one row
   * at a time.
   */
  public long writeLarge(Dataset<Row> rows, Leaf leaf) {
    return write(
        rows,
        leaf,
        Map.of(
            "compression",
            "none",
            "parquet.enable.dictionary",
            "false",
            "parquet.block.size",
            "1048576",
            "parquet.page.size.row.check.min",
            "1",
            "parquet.page.size.row.check.max",
            "1"));
  }

  private long write(Dataset<Row> rows, Leaf leaf, Map<String, String> options) {
    context.events().query(leaf.toString(), () -> columns(rows, leaf));
    long count;
    if (observable()) {
      Observation counts = new Observation();
      writeFiles(rows.observe(counts, ROWS), leaf, options);
      count = (Long) observed(counts).get("rows");
    } else {
      writeFiles(rows, leaf, options);
      count = staged(leaf).count();
    }
    rows(leaf, count);
    return count;
  }

  /**
   * Whether rows can be counted as they are written. Spark-RAPIDS 25.04 fails on such a query; with
   * it they are counted in the files.
   */
  private boolean observable() {
    return !context.usesGpu();
  }

  private static Dataset<Row> columns(Dataset<Row> rows, Leaf leaf) {
    Set<String> required = Set.of(leaf.table().schema().fieldNames());
    Set<String> present = Set.of(rows.columns());
    return rows.select(
        Arrays.stream(leaf.table().readSchema().fields())
            .filter(field -> required.contains(field.name()) || present.contains(field.name()))
            .map(field -> column(rows, field))
            .toArray(Column[]::new));
  }

  private void writeFiles(Dataset<Row> rows, Leaf leaf, Map<String, String> options) {
    columns(rows, leaf)
        .write()
        .options(plainColumns(leaf.table().readSchema()))
        .options(options)
        .parquet(folder(leaf).toString());
  }

  /** Casts to the type of the table. Rows read back from Parquet differ only in nullability. */
  private static Column column(Dataset<Row> rows, StructField field) {
    String found = rows.schema().apply(field.name()).dataType().catalogString();
    Column column = functions.col(field.name());
    return found.equals(field.dataType().catalogString()) ? column : column.cast(field.dataType());
  }

  /**
   * Turns off dictionaries for columns of nearly distinct numbers: Parquet would build one, find it
   * too large, and begin again.
   */
  private static Map<String, String> plainColumns(StructType schema) {
    return Arrays.stream(schema.fields())
        .filter(
            field ->
                field.dataType().equals(DataTypes.DoubleType)
                    || field.name().equals("segment_index"))
        .collect(
            Collectors.toMap(field -> "parquet.enable.dictionary#" + field.name(), any -> "false"));
  }

  /** Writes rows that the driver holds, to one file. */
  public void writeRows(List<Row> rows, Leaf leaf) {
    writeFiles(
        context.spark().createDataFrame(rows, leaf.table().schema()).coalesce(1), leaf, Map.of());
    rows(leaf, rows.size());
  }

  /**
   * The rows written to a table of labels.
   *
   * @param anomalous rows whose label is 1
   */
  public record Labelled(long rows, long anomalous) {}

  /** Like {@link #write}, for rows with a {@code label}, which are counted by label. */
  public Labelled writeLabelled(Dataset<Row> rows, Leaf leaf) {
    Column anomalous = functions.col("label").equalTo(1);
    context.events().query(leaf.toString(), () -> columns(rows, leaf));
    Labelled written;
    if (observable()) {
      Observation counts = new Observation();
      writeFiles(
          rows.observe(counts, ROWS, functions.count_if(anomalous).as("anomalous")),
          leaf,
          Map.of());
      Map<String, Object> observed = observed(counts);
      written = new Labelled((Long) observed.get("rows"), (Long) observed.get("anomalous"));
    } else {
      writeFiles(rows, leaf, Map.of());
      Dataset<Row> files = staged(leaf);
      written = new Labelled(files.count(), files.filter(anomalous).count());
    }
    rows(leaf, written.rows());
    return written;
  }

  private static Map<String, Object> observed(Observation counts) {
    try {
      return counts.getAsJava();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while rows were counted", e);
    }
  }

  /** The rows of a leaf that is written but not published yet. */
  public Dataset<Row> staged(Leaf leaf) {
    return LiteralPaths.reader(context.spark())
        .schema(leaf.table().readSchema())
        .parquet(folder(leaf).toString());
  }
}
