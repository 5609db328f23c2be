package org.c2fpl.report;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat_ws;
import static org.apache.spark.sql.functions.regexp_extract;

import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.c2fpl.stage.StageContext;
import org.c2fpl.workspace.Leaf;

/** Reads rows of many leaves with one query, each row with its split and batch. */
final class Batches {
  private static final String FOLDERS = "/split=([^/]+)/batch=([^/]+)/[^/]+$";

  private Batches() {}

  /**
   * The rows of leaves of one batched table with {@code split}, {@code batch} and {@code key}. A
   * video id is unique only within a split and batch; the key is unique.
   */
  static Dataset<Row> read(StageContext context, List<Leaf> leaves) {
    Column file = col("_metadata.file_path");
    return context
        .workspace()
        .read(context.spark(), leaves)
        .withColumn("split", regexp_extract(file, FOLDERS, 1))
        .withColumn("batch", regexp_extract(file, FOLDERS, 2))
        .withColumn("key", concat_ws("/", col("split"), col("batch"), col("video_id")));
  }
}
