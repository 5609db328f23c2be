package org.c2fpl.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TimeZone;
import java.util.TreeMap;
import org.c2fpl.cli.CommandLines;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whole runs under settings that sites have as their defaults: the same tables and the same
 * detector as without them, and one line that names what was replaced. Settings reach the program
 * as system properties, as spark-submit hands on those of a properties file.
 */
class HostileSettingsIT {
  /** What the program replaces. */
  private static final Map<String, String> REPLACED =
      Map.ofEntries(
          Map.entry("spark.serializer", "org.apache.spark.serializer.KryoSerializer"),
          Map.entry("spark.sql.ansi.enabled", "true"),
          Map.entry("spark.sql.caseSensitive", "true"),
          Map.entry("spark.sql.datetime.java8API.enabled", "true"),
          Map.entry("spark.sql.session.timeZone", "America/St_Johns"),
          Map.entry("spark.sql.parquet.binaryAsString", "true"),
          Map.entry("spark.sql.parquet.writeLegacyFormat", "true"),
          Map.entry("spark.sql.parquet.outputTimestampType", "INT96"),
          Map.entry("spark.sql.parquet.datetimeRebaseModeInWrite", "LEGACY"),
          Map.entry("spark.hadoop.mapreduce.fileoutputcommitter.marksuccessfuljobs", "true"),
          Map.entry("spark.hadoop.parquet.summary.metadata.level", "ALL"),
          Map.entry("spark.files.ignoreCorruptFiles", "true"),
          Map.entry("spark.files.ignoreMissingFiles", "true"),
          Map.entry("spark.sql.files.ignoreCorruptFiles", "true"),
          Map.entry("spark.sql.files.ignoreMissingFiles", "true"),
          Map.entry("spark.sql.catalogImplementation", "hive"),
          Map.entry("spark.sql.sources.useV1SourceList", "csv"),
          Map.entry("spark.sql.legacy.timeParserPolicy", "LEGACY"),
          Map.entry("spark.sql.legacy.sizeOfNull", "true"),
          Map.entry("spark.sql.legacy.statisticalAggregate", "true"));

  /** What the program works with. */
  private static final Map<String, String> KEPT =
      Map.ofEntries(
          Map.entry("spark.sql.parquet.compression.codec", "gzip"),
          Map.entry("spark.sql.parquet.mergeSchema", "true"),
          Map.entry("spark.sql.parquet.int96RebaseModeInWrite", "LEGACY"),
          Map.entry("spark.sql.parquet.datetimeRebaseModeInRead", "LEGACY"),
          Map.entry("spark.sql.parquet.enableVectorizedReader", "false"),
          Map.entry("spark.sql.sources.partitionColumnTypeInference.enabled", "false"),
          Map.entry("spark.sql.sources.partitionOverwriteMode", "dynamic"),
          Map.entry("spark.sql.sources.default", "orc"),
          Map.entry("spark.sql.autoBroadcastJoinThreshold", "-1"),
          Map.entry("spark.sql.files.maxRecordsPerFile", "50"),
          Map.entry("spark.sql.timestampType", "TIMESTAMP_NTZ"),
          Map.entry(
              "spark.sql.optimizer.excludedRules",
              "org.apache.spark.sql.catalyst.optimizer.ColumnPruning"),
          Map.entry("spark.speculation", "true"),
          Map.entry("spark.task.maxFailures", "1"),
          Map.entry("spark.io.compression.codec", "zstd"),
          Map.entry("spark.kryo.registrationRequired", "true"));

  private final Locale locale = Locale.getDefault();
  private final TimeZone zone = TimeZone.getDefault();
  private final PrintStream err = System.err;

  @TempDir Path folder;

  @AfterEach
  void asBefore() {
    System.getProperties().keySet().removeIf(name -> name.toString().startsWith("spark."));
    Locale.setDefault(locale);
    TimeZone.setDefault(zone);
    System.setErr(err);
  }

  @Test
  void changeNothing() throws Exception {
    SmallFootage footage = SmallFootage.write(folder.resolve("footage"));
    String plain = run(footage, "plain", Map.of());
    assertThat(plain).doesNotContain("are replaced");

    Locale.setDefault(Locale.forLanguageTag("tr-TR"));
    TimeZone.setDefault(TimeZone.getTimeZone("America/St_Johns"));
    Map<String, String> hostile = new TreeMap<>(REPLACED);
    hostile.putAll(KEPT);
    for (String partitions : List.of("1", "500")) {
      hostile.put("spark.sql.shuffle.partitions", partitions);
      // Without it every shuffle has 500 tasks, which takes minutes.
      hostile.put("spark.sql.adaptive.enabled", Boolean.toString(partitions.equals("500")));
      hostile.put("spark.sql.codegen.wholeStage", Boolean.toString(partitions.equals("500")));
      String told = run(footage, partitions, hostile);
      assertThat(told.lines().filter(line -> line.contains("are replaced")))
          .singleElement()
          .asString()
          .contains(
              "spark.serializer=org.apache.spark.serializer.KryoSerializer by"
                  + " org.apache.spark.serializer.JavaSerializer",
              "spark.sql.legacy.sizeOfNull=true by Spark's default")
          .contains(REPLACED.keySet())
          .doesNotContain(KEPT.keySet());
    }

    asBefore();
    for (String partitions : List.of("1", "500")) {
      assertThat(SmallFootage.parameterHash(folder.resolve(partitions)))
          .isEqualTo(SmallFootage.parameterHash(folder.resolve("plain")));
    }
    TreeMap<String, List<String>> rows = SmallFootage.rows(folder.resolve("plain"));
    assertThat(SmallFootage.rows(folder.resolve("1"))).isEqualTo(rows);
    rows.remove("annotations");
    assertThat(SmallFootage.rows(folder.resolve("500"))).isEqualTo(rows);
  }

  private String run(SmallFootage footage, String workspace, Map<String, String> settings) {
    settings.forEach(System::setProperty);
    System.setProperty("spark.master", "local[2]");
    System.setProperty("spark.ui.enabled", "false");
    ByteArrayOutputStream told = new ByteArrayOutputStream();
    System.setErr(new PrintStream(told, true, StandardCharsets.UTF_8));
    List<String> arguments =
        new ArrayList<>(List.of(footage.run(folder.resolve(workspace), "--epochs", "3")));
    if (workspace.equals("500")) {
      // Nothing to evaluate: that sorts all frames several times, in as many tasks.
      int annotations = arguments.indexOf("--annotations");
      arguments.subList(annotations, annotations + 2).clear();
    }
    int exitCode = CommandLines.execute(arguments.toArray(String[]::new));
    assertThat(exitCode).as(told.toString(StandardCharsets.UTF_8)).isZero();
    return told.toString(StandardCharsets.UTF_8);
  }
}
