package org.c2fpl.ingest;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.parquet.schema.MessageType;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.execution.datasources.parquet.ParquetToSparkSchemaConverter;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.CollectionAccumulator;
import org.apache.spark.util.SerializableConfiguration;
import org.c2fpl.errors.DataException;
import org.c2fpl.formats.features.ArrayLayout;
import org.c2fpl.formats.features.VideoIds;
import org.c2fpl.ingest.TableFiles.TableFile;
import org.c2fpl.workspace.ParquetCheck;
import org.c2fpl.workspace.Table;

/**
 * Videos in a Parquet table with the columns {@code video_id}, {@code segment_index} and features
 * as {@code array<float>}, {@code array<double>} or binary (float32, little-endian).
 *
 * <p>Tasks check every file first ({@link ParquetCheck}); the driver holds a small record for each.
 * Then the table is read twice: sizes first, then values.
 */
final class ParquetFootage implements Footage {
  /** Rows in memory at once; 64 of 80 KB are 5 MB. */
  private static final String BATCH_ROWS = "64";

  /** Tasks that check files. */
  private static final int FILES_AT_ONCE = 256;

  /** The most names in a warning. */
  private static final int NAMED = 3;

  private static final String VIDEO = "video_id";
  private static final String INDEX = "segment_index";

  private final SparkSession spark;
  private final IngestOptions options;
  private final TableFiles.Found found;
  private final String name;
  private final int crops;
  private Checked checked;

  /**
   * The columns of a file that are read, or the problem with the file; neither if it is not
   * Parquet.
   */
  private record Outcome(TableFile file, StructType columns, String problem)
      implements Serializable {}

  /** The files of the table, and the columns that they all have. */
  private record Checked(List<TableFile> files, List<String> leftOut, StructType columns) {}

  ParquetFootage(SparkSession spark, IngestOptions options) {
    this.spark = spark;
    this.options = options;
    this.crops = options.crops() == null ? 1 : options.crops();
    this.found =
        TableFiles.of(new InputFiles(spark.sessionState().newHadoopConf()), options.inputs());
    this.name = VideoIds.printable(String.join(", ", options.inputs()));
  }

  @Override
  public List<FileStatus> files() {
    return found.files().stream().map(TableFile::status).toList();
  }

  @Override
  public Map<String, Object> parameters() {
    Map<String, Object> parameters = new TreeMap<>();
    parameters.put("features_column", options.featuresColumn());
    parameters.put("crops", options.crops());
    parameters.put("dim", options.dim());
    return parameters;
  }

  @Override
  public Inspection inspect() {
    Dataset<Row> table = table(false);
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
    if (videos.isEmpty() && bad.isEmpty()) {
      throw cannotUse("it has no rows", "Name a table with one row per segment");
    }
    int leftOut = checked().leftOut().size();
    return new Inspection(videos, bad, leftOut == 0 ? List.of() : List.of(leftOut()), leftOut);
  }

  @Override
  public Dataset<Row> segments(
      Inspection inspection, Set<String> videoIds, CollectionAccumulator<BadVideo> bad) {
    Dataset<Row> table = table(true);
    Set<String> wanted = Set.copyOf(videoIds);
    TableRows rows =
        new TableRows(table.schema().apply("features").dataType(), crops, name, wanted, bad);
    return spark.createDataFrame(
        table.queryExecution().toRdd().toJavaRDD().mapPartitions(rows::convert),
        Table.SEGMENTS.schema());
  }

  /** One row per video with its rows, indices and sizes. */
  private static Dataset<Row> sizes(Dataset<Row> table, DataType type) {
    Column values =
        type instanceof ArrayType
            ? functions.size(col("features"))
            : functions.octet_length(col("features"));
    Column size = when(col("features").isNotNull(), values);
    // Spark's distinct count would group by the size of the features, too; with two levels the
    // shuffle has one row per segment at most.
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
          "the features of video '" + id + "' are not a whole number of float32 values",
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
          "Set --crops and --dim as in the table");
    }
    if ((long) largest * Float.BYTES > ArrayLayout.LARGEST_SEGMENT_BYTES) {
      return unusable(
          largest + " values per segment of video '" + id + "' are more than 16 MiB",
          "Put one segment in a row");
    }
    return Optional.empty();
  }

  private Optional<String> unusable(String found, String whatToDo) {
    return Optional.of("Cannot use " + name + ": " + found + ". " + whatToDo + ".");
  }

  /**
   * The columns {@code video_id}, {@code segment_index} as long, and {@code features}.
   *
   * @param fast whether to use Spark's own reader, which is twice as fast as Parquet's but loops
   *     for ever on some damaged values, where the other one fails
   */
  private Dataset<Row> table(boolean fast) {
    Checked table = checked();
    SparkSession session = spark.newSession();
    // Rows may be large, ids such as 007 are not numbers, and VIDEO_ID is another column.
    session.conf().set("spark.sql.parquet.columnarReaderBatchSize", BATCH_ROWS);
    session.conf().set("spark.sql.sources.partitionColumnTypeInference.enabled", "false");
    session.conf().set("spark.sql.caseSensitive", "true");
    session.conf().set("spark.sql.parquet.enableVectorizedReader", Boolean.toString(fast));
    Map<String, List<String>> byRoot =
        table.files().stream()
            .collect(
                Collectors.groupingBy(
                    TableFile::root,
                    TreeMap::new,
                    Collectors.mapping(file -> file.path().toString(), Collectors.toList())));
    return byRoot.entrySet().stream()
        .map(root -> read(session, root.getKey(), root.getValue(), table.columns()))
        .reduce(Dataset::union)
        .orElseThrow();
  }

  private Dataset<Row> read(
      SparkSession session, String root, List<String> files, StructType columns) {
    return session
        .read()
        .schema(columns)
        .option("basePath", root)
        .option("ignoreCorruptFiles", false)
        .option("ignoreMissingFiles", false)
        // Costs a copy of each page, and finds bytes that changed since they were written.
        .option("parquet.page.verify-checksum.enabled", true)
        .parquet(files.stream().map(ParquetFootage::escaped).toArray(String[]::new))
        .select(
            col(VIDEO),
            col(INDEX).cast(DataTypes.LongType).as(INDEX),
            col("`" + options.featuresColumn() + "`").as("features"));
  }

  /**
   * A path quoted as a pattern that matches only itself. Spark's option for literal paths reads
   * every path once for each path with special characters.
   */
  private static String escaped(String path) {
    return path.replaceAll("[\\\\\\[\\]{}*?]", "\\\\$0");
  }

  /** Checks the files, in tasks, before anything is read. */
  private Checked checked() {
    if (checked == null) {
      List<TableFile> all = found.files();
      List<String> needed = List.of(VIDEO, INDEX, options.featuresColumn());
      JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
      Broadcast<SerializableConfiguration> hadoop =
          context.broadcast(new SerializableConfiguration(spark.sessionState().newHadoopConf()));
      checked =
          together(
              context
                  .parallelize(all, Math.min(all.size(), FILES_AT_ONCE))
                  .map(file -> check(file, needed, hadoop.value().value()))
                  .collect());
    }
    return checked;
  }

  private static Outcome check(TableFile file, List<String> needed, Configuration hadoop) {
    try {
      if (!file.sure() && !ParquetCheck.begins(file.status(), hadoop)) {
        return new Outcome(file, null, null);
      }
      MessageType schema =
          ParquetCheck.check(
              file.status(),
              Set.copyOf(needed),
              hadoop,
              HadoopSource.shown(file.path()),
              "Copy or write it again, or remove it from the folder");
      return new Outcome(file, columns(schema, needed, file), null);
    } catch (DataException e) {
      return new Outcome(file, null, e.getMessage());
    }
  }

  /** The needed columns, in the file or in the names of its folders. */
  private static StructType columns(MessageType schema, List<String> needed, TableFile file) {
    List<String> inFolders = file.partitionColumns();
    StructType columns = new StructType();
    for (String name : needed) {
      if (inFolders.contains(name)) {
        columns = columns.add(name, DataTypes.StringType);
      } else if (schema.containsField(name)) {
        MessageType one = new MessageType(schema.getName(), schema.getType(name));
        columns = columns.add(name, type(one, name, file));
      } else {
        List<String> has = new ArrayList<>(inFolders);
        schema.getFields().forEach(field -> has.add(VideoIds.printable(field.getName())));
        boolean known = name.equals(VIDEO) || name.equals(INDEX);
        throw cannotUse(
            HadoopSource.shown(file.path()),
            "it has no column " + name + ", only " + String.join(", ", has),
            known ? "Rename a column" : "Name the column with --features-column");
      }
    }
    // Spark reads any file like this; it does not matter whether a writer declared values as
    // required.
    return columns.asNullable();
  }

  private static DataType type(MessageType column, String name, TableFile file) {
    Set<String> types =
        switch (name) {
          case VIDEO -> Set.of("string");
          case INDEX -> Set.of("tinyint", "smallint", "int", "bigint");
          default -> Set.of("array<float>", "array<double>", "binary");
        };
    String found;
    try {
      DataType type =
          new ParquetToSparkSchemaConverter(false, true, true, true, false)
              .convert(column)
              .fields()[0]
              .dataType();
      if (types.contains(type.simpleString())) {
        return type;
      }
      found = type.simpleString();
    } catch (RuntimeException e) {
      found = column.getType(0).toString().strip().replaceAll("\\s+", " ");
    }
    throw cannotUse(
        HadoopSource.shown(file.path()),
        "its column " + name + " has the type " + found,
        "Make it " + String.join(" or ", types.stream().sorted().toList()));
  }

  private Checked together(List<Outcome> outcomes) {
    List<Outcome> bad = outcomes.stream().filter(file -> file.problem() != null).toList();
    if (!bad.isEmpty()) {
      throw new DataException(
          bad.get(0).problem()
              + (bad.size() == 1
                  ? ""
                  : " " + (bad.size() - 1) + " more of the input's files cannot be used."));
    }
    List<Outcome> table = outcomes.stream().filter(file -> file.columns() != null).toList();
    if (table.isEmpty()) {
      throw new DataException(
          "Cannot read "
              + name
              + ": it is not a Parquet table. Name a folder of Parquet files, or set --format to"
              + " the format of the files.");
    }
    Outcome first = table.get(0);
    for (Outcome other : table) {
      if (!other.columns().equals(first.columns())) {
        throw cannotUse(
            "its files have different columns: "
                + HadoopSource.shown(first.file().path())
                + " has "
                + first.columns().simpleString()
                + ", "
                + HadoopSource.shown(other.file().path())
                + " has "
                + other.columns().simpleString(),
            "Write all files with the same types, or ingest them as separate batches");
      }
    }
    List<String> leftOut = new ArrayList<>(found.leftOut());
    outcomes.stream()
        .filter(file -> file.columns() == null)
        .forEach(file -> leftOut.add(file.file().path().getName()));
    return new Checked(table.stream().map(Outcome::file).toList(), leftOut, first.columns());
  }

  /** The warning about files that are not part of the table. */
  private String leftOut() {
    List<String> names = checked().leftOut();
    return names.size()
        + (names.size() == 1 ? " file was" : " files were")
        + " left out, hidden or not Parquet: "
        + names.stream().limit(NAMED).map(VideoIds::printable).collect(Collectors.joining(", "))
        + (names.size() > NAMED ? ", ..." : "");
  }

  private DataException cannotUse(String problem, String whatToDo) {
    return cannotUse(name, problem, whatToDo);
  }

  private static DataException cannotUse(String what, String problem, String whatToDo) {
    return new DataException("Cannot use " + what + ": " + problem + ". " + whatToDo + ".");
  }

  private static String dtype(DataType type) {
    return switch (type.simpleString()) {
      case "array<double>" -> "float64";
      default -> "float32";
    };
  }
}
