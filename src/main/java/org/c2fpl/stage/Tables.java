package org.c2fpl.stage;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Observation;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.c2fpl.gpu.Rapids;
import org.c2fpl.workspace.Leaf;
import org.c2fpl.workspace.LeafTransaction;
import org.c2fpl.workspace.LiteralPaths;
import org.c2fpl.workspace.Table;

/** Writing rows to a staged leaf. */
public final class Tables {
  private static final Column ROWS = functions.count(functions.lit(1)).as("rows");

  private Tables() {}

  /**
   * Writes the table's columns in their order and types, optional ones where the rows have them;
   * returns the rows, which are counted as they are written.
   */
  public static long write(Dataset<Row> rows, LeafTransaction transaction, Leaf leaf) {
    return write(rows, transaction, leaf, Map.of());
  }

  /**
   * The same for rows of many megabytes each, uncompressed: reading a compressed page of that size
   * takes time that grows with its square. Every large row is a row group, so that its writer and
   * its readers hold one at a time.
   */
  public static long writeLarge(Dataset<Row> rows, LeafTransaction transaction, Leaf leaf) {
    return write(
        rows,
        transaction,
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

  private static long write(
      Dataset<Row> rows, LeafTransaction transaction, Leaf leaf, Map<String, String> options) {
    long count;
    if (observable(rows)) {
      Observation counts = new Observation();
      writeFiles(rows.observe(counts, ROWS), transaction, leaf, options);
      count = (Long) observed(counts).get("rows");
    } else {
      writeFiles(rows, transaction, leaf, options);
      count = staged(rows.sparkSession(), transaction, leaf).count();
    }
    transaction.rows(leaf, count);
    return count;
  }

  /**
   * Whether rows can be counted as they are written. Spark-RAPIDS 25.04 fails on such a query, so
   * that with it they are counted in the files.
   */
  private static boolean observable(Dataset<Row> rows) {
    return !Rapids.pluginOn(rows.sparkSession().sparkContext().getConf());
  }

  /** The rows that {@link #write} writes where Spark-RAPIDS is in use. */
  public static Dataset<Row> written(Dataset<Row> rows, Table table) {
    return columns(rows, table);
  }

  private static Dataset<Row> columns(Dataset<Row> rows, Table table) {
    Set<String> required = Set.of(table.schema().fieldNames());
    Set<String> present = Set.of(rows.columns());
    return rows.select(
        Arrays.stream(table.readSchema().fields())
            .filter(field -> required.contains(field.name()) || present.contains(field.name()))
            .map(field -> column(rows, field))
            .toArray(Column[]::new));
  }

  private static void writeFiles(
      Dataset<Row> rows, LeafTransaction transaction, Leaf leaf, Map<String, String> options) {
    columns(rows, leaf.table())
        .write()
        .options(plainColumns(leaf.table().readSchema()))
        .options(options)
        .parquet(transaction.staging(leaf).toString());
  }

  /** Of the table's type. What was read back from Parquet differs in what may be null only. */
  private static Column column(Dataset<Row> rows, StructField field) {
    String found = rows.schema().apply(field.name()).dataType().catalogString();
    Column column = functions.col(field.name());
    return found.equals(field.dataType().catalogString()) ? column : column.cast(field.dataType());
  }

  /**
   * No dictionary for numbers that are nearly all different: Parquet would build one, find it too
   * large, and begin anew.
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

  /** Writes a single row. */
  public static void writeRow(SparkSession spark, Row row, LeafTransaction transaction, Leaf leaf) {
    writeFiles(
        spark.createDataFrame(List.of(row), leaf.table().schema()).coalesce(1),
        transaction,
        leaf,
        Map.of());
    transaction.rows(leaf, 1);
  }

  /**
   * What was written to a table of labels.
   *
   * @param anomalous rows whose label is 1
   */
  public record Labelled(long rows, long anomalous) {}

  /** As {@link #write}, of rows with a {@code label}, which are counted as they are written. */
  public static Labelled writeLabelled(Dataset<Row> rows, LeafTransaction transaction, Leaf leaf) {
    Column anomalous = functions.col("label").equalTo(1);
    Labelled written;
    if (observable(rows)) {
      Observation counts = new Observation();
      writeFiles(
          rows.observe(counts, ROWS, functions.count_if(anomalous).as("anomalous")),
          transaction,
          leaf,
          Map.of());
      Map<String, Object> observed = observed(counts);
      written = new Labelled((Long) observed.get("rows"), (Long) observed.get("anomalous"));
    } else {
      writeFiles(rows, transaction, leaf, Map.of());
      Dataset<Row> files = staged(rows.sparkSession(), transaction, leaf);
      written = new Labelled(files.count(), files.filter(anomalous).count());
    }
    transaction.rows(leaf, written.rows());
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

  /** The rows of a leaf that is written but not yet committed. */
  public static Dataset<Row> staged(SparkSession spark, LeafTransaction transaction, Leaf leaf) {
    return LiteralPaths.reader(spark)
        .schema(leaf.table().readSchema())
        .parquet(transaction.staging(leaf).toString());
  }
}
