package org.c2fpl.stages;

import java.util.Arrays;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.c2fpl.workspace.Leaf;
import org.c2fpl.workspace.LeafTransaction;

/** Writing rows to a staged leaf. */
final class Tables {
  private Tables() {}

  /** Writes the table's columns in their order and types; returns the rows, as the footers tell. */
  static long write(Dataset<Row> rows, LeafTransaction transaction, Leaf leaf) {
    Column[] columns =
        Arrays.stream(leaf.table().schema().fields())
            .map(field -> functions.col(field.name()).cast(field.dataType()))
            .toArray(Column[]::new);
    rows.select(columns).write().parquet(transaction.staging(leaf).toString());
    long count = staged(rows.sparkSession(), transaction, leaf).count();
    transaction.rows(leaf, count);
    return count;
  }

  /** The rows of a leaf that is written but not yet committed. */
  static Dataset<Row> staged(SparkSession spark, LeafTransaction transaction, Leaf leaf) {
    return spark.read().schema(leaf.table().schema()).parquet(transaction.staging(leaf).toString());
  }
}
