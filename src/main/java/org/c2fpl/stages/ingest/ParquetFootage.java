package org.c2fpl.stages.ingest;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.fs.FileStatus;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.util.CollectionAccumulator;
import org.c2fpl.errors.DataException;
import org.c2fpl.formats.features.ArrayLayout;
import org.c2fpl.formats.features.VideoIds;
import org.c2fpl.workspace.Table;

/**
 * Videos in a Parquet table with the columns {@code video_id}, {@code segment_index} and features
 * as {@code array<float>}, {@code array<double>} or binary (float32, little-endian).
 *
 * <p>The table is read twice: sizes first, then values.
 */
final class ParquetFootage implements Footage {
  /** Rows in memory at once; 64 of 80 KB are 5 MB. */
  private static final String BATCH_ROWS = "64";

  private final SparkSession spark;
  private final IngestOptions options;
  private final List<FileStatus> files;
  private final String name;
  private final int crops;

  ParquetFootage(SparkSession spark, IngestOptions options) {
    this.spark = spark;
    this.options = options;
    this.crops = options.crops() == null ? 1 : options.crops();
    this.files = new InputFiles(spark.sessionState().newHadoopConf()).tableFiles(options.inputs());
    this.name = VideoIds.printable(String.join(", ", options.inputs()));
  }

  @Override
  public List<FileStatus> files() {
    return files;
  }

  @Override
  public Inspection inspect() {
    Dataset<Row> table = table();
    DataType type = table.schema().apply("features").dataType();
    List<InspectedVideo> videos = new ArrayList<>();
    List<BadVideo> bad = new ArrayList<>();
    for (Row row : sizes(table, type).collectAsList()) {
      String id = row.getAs("video_id");
      Optional<String> problem = problem(row);
      if (problem.isPresent()) {
        boolean usableId = id != null && VideoIds.problem(id).isEmpty();
        bad.add(new BadVideo(usableId ? id : null, name, problem.get()));
      } else {
        int values = row.getAs("largest");
        long rows = row.getAs("rows");
        videos.add(
            new InspectedVideo(
                id,
                name,
                "video '" + id + "' of " + name,
                rows,
                crops,
                values / crops,
                dtype(type)));
      }
    }
    return new Inspection(videos, bad, List.of(), 0);
  }

  @Override
  public Dataset<Row> segments(
      Inspection inspection, Set<String> videoIds, CollectionAccumulator<BadVideo> bad) {
    Dataset<Row> table = table();
    Set<String> wanted = Set.copyOf(videoIds);
    TableRows rows =
        new TableRows(table.schema().apply("features").dataType(), crops, name, wanted, bad);
    return spark.createDataFrame(
        table.queryExecution().toRdd().toJavaRDD().mapPartitions(rows::convert),
        Table.SEGMENTS.schema());
  }

  /** A row a video: what its rows, indices and sizes are. */
  private static Dataset<Row> sizes(Dataset<Row> table, DataType type) {
    Column values =
        type instanceof ArrayType
            ? functions.size(col("features"))
            : functions.octet_length(col("features"));
    Column size = when(col("features").isNotNull(), values);
    // Spark's distinct count would keep the features' sizes apart; two levels need no more than
    // one row a segment in the shuffle.
    return table
        .select(col("video_id"), col("segment_index"), size.as("size"))
        .groupBy("video_id", "segment_index")
        .agg(
            count(lit(1)).as("rows"),
            count(col("size")).as("filled"),
            min("size").as("smallest"),
            max("size").as("largest"))
        .groupBy("video_id")
        .agg(
            sum("rows").as("rows"),
            sum("filled").as("filled"),
            count(col("segment_index")).as("indices"),
            min("segment_index").as("first"),
            max("segment_index").as("last"),
            min("smallest").divide(bytesAValue(type)).cast("int").as("smallest"),
            max("largest").divide(bytesAValue(type)).cast("int").as("largest"),
            max(col("smallest").mod(bytesAValue(type)).plus(col("largest").mod(bytesAValue(type))))
                .as("remainder"));
  }

  private static int bytesAValue(DataType type) {
    return type instanceof ArrayType ? 1 : Float.BYTES;
  }

  private Optional<String> problem(Row video) {
    String id = video.getAs("video_id");
    if (id == null) {
      long rows = video.getAs("rows");
      return unusable(rows + " rows have no video_id", "Name the video of every row");
    }
    Optional<String> unsafe = VideoIds.problem(id);
    if (unsafe.isPresent()) {
      return unusable(unsafe.get(), "Rename the video");
    }
    long rows = video.getAs("rows");
    long indices = video.getAs("indices");
    Long first = video.getAs("first");
    Long last = video.getAs("last");
    if (indices != rows || first != 0 || last != rows - 1) {
      String found =
          "the segment_index of video '"
              + id
              + "' has "
              + indices
              + " different values from "
              + first
              + " to "
              + last
              + " in "
              + rows
              + " rows";
      return unusable(found, "Number the segments of a video from 0, each once");
    }
    long filled = video.getAs("filled");
    if (filled < rows) {
      return unusable(
          (rows - filled) + " rows of video '" + id + "' have no features",
          "Fill them or leave the video out");
    }
    int smallest = video.getAs("smallest");
    int largest = video.getAs("largest");
    int remainder = video.<Number>getAs("remainder").intValue();
    if (smallest != largest) {
      return unusable(
          "the features of video '" + id + "' have from " + smallest + " to " + largest + " values",
          "All segments have the same size; extract them again");
    }
    if (remainder != 0) {
      return unusable(
          "the features of video '" + id + "' are no whole number of float32 values",
          "Store them as float32, little-endian, or as array<float>");
    }
    int dim = options.dim() == null ? largest / crops : options.dim();
    if (largest == 0 || (long) dim * crops != largest) {
      return unusable(
          "the features of video '"
              + id
              + "' have "
              + largest
              + " values, not "
              + crops
              + (options.dim() == null ? " crops of the same size" : " crops × " + dim),
          "Set --crops and --dim to what the table has");
    }
    if ((long) largest * Float.BYTES > ArrayLayout.LARGEST_SEGMENT_BYTES) {
      return unusable(
          largest + " values a segment of video '" + id + "' are more than 16 MiB",
          "Put one segment in a row");
    }
    return Optional.empty();
  }

  private Optional<String> unusable(String found, String whatToDo) {
    return Optional.of("Cannot use " + name + ": " + found + ". " + whatToDo + ".");
  }

  /** The columns {@code video_id}, {@code segment_index} as long, and {@code features}. */
  private Dataset<Row> table() {
    // Settings of a session of our own: rows may be large, and ids such as 007 are no numbers.
    SparkSession session = spark.newSession();
    session.conf().set("spark.sql.parquet.columnarReaderBatchSize", BATCH_ROWS);
    session.conf().set("spark.sql.sources.partitionColumnTypeInference.enabled", "false");
    Dataset<Row> table;
    try {
      // The inputs as found: a glob may match several tables.
      InputFiles find = new InputFiles(spark.sessionState().newHadoopConf());
      String[] paths =
          options.inputs().stream()
              .flatMap(input -> find.matches(input).stream())
              .map(match -> match.path().toString())
              .toArray(String[]::new);
      table = session.read().parquet(paths);
    } catch (DataException e) {
      throw e;
    } catch (Exception e) {
      if (e instanceof AnalysisException || isCorrupt(e)) {
        throw new DataException(
            "Cannot read "
                + name
                + ": it is no Parquet table. Name a folder of Parquet files, or set --format to"
                + " what the files are.",
            e);
      }
      throw e;
    }
    Column index = require(table, "segment_index", Set.of("tinyint", "smallint", "int", "bigint"));
    return table.select(
        require(table, "video_id", Set.of("string")),
        index.cast(DataTypes.LongType).as("segment_index"),
        require(table, options.featuresColumn(), Set.of("array<float>", "array<double>", "binary"))
            .as("features"));
  }

  private static boolean isCorrupt(Throwable e) {
    Throwable cause = e;
    for (int depth = 0; cause != null && depth < 50; depth++, cause = cause.getCause()) {
      if (String.valueOf(cause.getMessage()).contains("is not a Parquet file")) {
        return true;
      }
    }
    return false;
  }

  private Column require(Dataset<Row> table, String column, Set<String> types) {
    List<String> sorted = types.stream().sorted().toList();
    for (StructField field : table.schema().fields()) {
      if (field.name().equals(column)) {
        if (!types.contains(field.dataType().simpleString())) {
          throw new DataException(
              "Cannot use "
                  + name
                  + ": its column "
                  + column
                  + " has the type "
                  + field.dataType().simpleString()
                  + ". Make it "
                  + String.join(" or ", sorted)
                  + ".");
        }
        return table.col("`" + column + "`");
      }
    }
    boolean features = column.equals(options.featuresColumn());
    throw new DataException(
        "Cannot use "
            + name
            + ": it has no column "
            + column
            + ", only "
            + String.join(", ", table.columns())
            + ". "
            + (features ? "Name the column with --features-column." : "Rename a column."));
  }

  private static String dtype(DataType type) {
    return switch (type.simpleString()) {
      case "array<double>" -> "float64";
      default -> "float32";
    };
  }
}
