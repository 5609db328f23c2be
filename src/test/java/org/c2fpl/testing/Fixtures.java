package org.c2fpl.testing;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.c2fpl.cli.Console;
import org.c2fpl.stage.StageContext;
import org.c2fpl.workspace.Fingerprints;
import org.c2fpl.workspace.Json;
import org.c2fpl.workspace.Leaf;
import org.c2fpl.workspace.LeafTransaction;
import org.c2fpl.workspace.Manifest;
import org.c2fpl.workspace.ManifestDraft;
import org.c2fpl.workspace.Table;
import org.c2fpl.workspace.Workspace;
import org.c2fpl.workspace.WriteMode;

/** Workspaces with tables made by code. */
public final class Fixtures {
  private Fixtures() {}

  /** A context on a new workspace in a folder. */
  public static StageContext context(Path folder) {
    return context(folder, 0, WriteMode.ERROR);
  }

  public static StageContext context(Path folder, long seed, WriteMode mode) {
    return context(folder, seed, mode, Console.silent());
  }

  /** A context whose stages print all lines and warnings to a stream, in UTF-8. */
  public static StageContext context(Path folder, WriteMode mode, OutputStream printed) {
    PrintStream stream = new PrintStream(printed, true, StandardCharsets.UTF_8);
    return context(folder, 0, mode, new Console(stream, stream, false));
  }

  private static StageContext context(Path folder, long seed, WriteMode mode, Console console) {
    SparkSession spark = SharedSpark.session();
    Workspace workspace =
        Workspace.open(folder.toString(), spark.sparkContext().hadoopConfiguration());
    return new StageContext(spark, workspace, seed, mode, console);
  }

  /** Writes a complete leaf. */
  public static void put(StageContext context, Leaf leaf, List<Row> rows) {
    put(context, leaf, rows, 1, details -> {});
  }

  /** Writes a complete leaf in a number of partitions; {@code details} fills its manifest. */
  public static void put(
      StageContext context,
      Leaf leaf,
      List<Row> rows,
      int partitions,
      Consumer<ObjectNode> details) {
    Dataset<Row> data = data(rows, leaf.table(), partitions);
    try (LeafTransaction transaction =
        context
            .workspace()
            .begin(
                ManifestDraft.of("fixture", 1, 0).input("rows", rows.size() + ":" + partitions),
                WriteMode.OVERWRITE,
                List.of(leaf))) {
      data.write().parquet(transaction.staging(leaf).toString());
      transaction.rows(leaf, rows.size());
      details.accept(transaction.details(leaf));
      transaction.commit();
    }
  }

  /** Rows of a table in a number of partitions; a single partition needs no shuffle. */
  public static Dataset<Row> data(List<Row> rows, Table table, int partitions) {
    Dataset<Row> data = SharedSpark.session().createDataFrame(rows, table.schema());
    return partitions == 1 ? data.coalesce(1) : data.repartition(partitions);
  }

  /** Completes a folder by a manifest that lists the files in it, as those of a leaf. */
  public static void complete(Path folder, Leaf leaf, long rows) throws IOException {
    Manifest draft = ManifestDraft.of("fixture", 1, 0).manifest(leaf.path(), rows, Json.object());
    ObjectNode manifest = Json.MAPPER.valueToTree(draft);
    ObjectNode lengths = manifest.putObject("files");
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        String name = file.getFileName().toString();
        if (!name.startsWith("_") && !name.startsWith(".")) {
          lengths.put(name, Files.size(file));
        }
      }
    }
    Files.write(folder.resolve(Manifest.FILE), Json.MAPPER.writeValueAsBytes(manifest));
  }

  /** Turns a leaf's manifest into an early one that lists no files. */
  public static void withoutFiles(Path folder) throws IOException {
    Path file = folder.resolve(Manifest.FILE);
    ObjectNode manifest = (ObjectNode) Json.MAPPER.readTree(file.toFile());
    manifest.remove("files");
    Files.deleteIfExists(file.resolveSibling("." + Manifest.FILE + ".crc"));
    Files.write(file, Json.MAPPER.writeValueAsBytes(manifest));
  }

  /** The rows of a leaf as text, sorted, so that two leaves can be compared to the bit. */
  public static List<String> rows(StageContext context, Leaf leaf) {
    List<String> rows = new ArrayList<>();
    for (Row row : context.workspace().read(context.spark(), leaf).collectAsList()) {
      StringBuilder text = new StringBuilder();
      for (int i = 0; i < row.size(); i++) {
        Object value = row.get(i);
        text.append(value instanceof byte[] bytes ? Fingerprints.sha256(bytes) : value).append(' ');
      }
      rows.add(text.toString());
    }
    Collections.sort(rows);
    return rows;
  }

  /** The rows in another order. */
  public static List<Row> shuffled(List<Row> rows, long seed) {
    List<Row> shuffled = new ArrayList<>(rows);
    Collections.shuffle(shuffled, new Random(seed));
    return shuffled;
  }

  /** Float32, little-endian, as in {@code segments.features}. */
  public static byte[] bytes(float... values) {
    ByteBuffer buffer =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : values) {
      buffer.putFloat(value);
    }
    return buffer.array();
  }
}
