package org.c2fpl.workspace;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.execution.datasources.FileIndex;
import org.apache.spark.sql.execution.datasources.HadoopFsRelation;
import org.apache.spark.sql.execution.datasources.PartitionDirectory;
import org.apache.spark.sql.execution.datasources.parquet.ParquetFileFormat;
import org.apache.spark.sql.types.StructType;
import scala.Option;
import scala.collection.JavaConverters;
import scala.collection.Seq;

/**
 * Exactly these Parquet files for Spark, which lists no folder itself. So their names are not
 * patterns, and files that appear after the comparison with a manifest are not read.
 *
 * @param folders of the files, for Spark's plans
 * @param verify whether to compare pages with their checksums, which costs a copy of each
 */
record ListedFiles(List<Path> folders, List<FileStatus> files, boolean verify)
    implements FileIndex {
  private static final String VERIFY = "parquet.page.verify-checksum.enabled";

  /** Their rows. */
  Dataset<Row> read(SparkSession spark, StructType schema) {
    // For any setting of the session: an unreadable file is not an empty one.
    Map<String, String> options =
        new HashMap<>(Map.of("ignoreCorruptFiles", "false", "ignoreMissingFiles", "false"));
    if (verify) {
      options.put(VERIFY, "true");
    }
    return spark.baseRelationToDataFrame(
        new HadoopFsRelation(
            this,
            partitionSchema(),
            schema.asNullable(),
            Option.empty(),
            new ParquetFileFormat(),
            scala.collection.immutable.Map$.MODULE$
                .<String, String>empty()
                .$plus$plus(JavaConverters.mapAsScalaMap(options)),
            spark));
  }

  @Override
  public Seq<Path> rootPaths() {
    return seq(folders);
  }

  @Override
  public Seq<PartitionDirectory> listFiles(
      Seq<Expression> partitionFilters, Seq<Expression> dataFilters) {
    return seq(
        List.of(PartitionDirectory.apply(InternalRow.empty(), files.toArray(FileStatus[]::new))));
  }

  @Override
  public String[] inputFiles() {
    return files.stream().map(file -> file.getPath().toUri().toString()).toArray(String[]::new);
  }

  @Override
  public void refresh() {
    // The files as they were when they were compared.
  }

  @Override
  public long sizeInBytes() {
    return files.stream().mapToLong(FileStatus::getLen).sum();
  }

  @Override
  public StructType partitionSchema() {
    return new StructType();
  }

  private static <T> Seq<T> seq(List<T> list) {
    return JavaConverters.asScalaBuffer(list).toSeq();
  }
}
