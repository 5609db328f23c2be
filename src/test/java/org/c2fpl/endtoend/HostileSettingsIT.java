package org.c2fpl.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.c2fpl.testing.Launcher;
import org.c2fpl.testing.StandaloneCluster;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whole runs under a site's {@code spark-defaults.conf}: the same tables and the same detector as
 * without it, and one line that names the replaced settings.
 */
class HostileSettingsIT {
  /** The settings that the program replaces. */
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

  /** The settings that the program keeps. */
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

  @TempDir Path folder;
  private SmallFootage footage;

  @BeforeEach
  void write() throws IOException {
    footage = SmallFootage.write(folder.resolve("footage"));
  }

  @Test
  void changeNothing() throws Exception {
    String plain = run("plain", new Launcher(folder), List.of());
    assertThat(plain).doesNotContain("are replaced");

    // Executors keep the locale and zone of these options; the program sets the locale of the
    // driver.
    try (StandaloneCluster cluster = new StandaloneCluster(folder, 1)) {
      underDefaults("1", cluster.submission(1));
    }
    underDefaults("500", List.of("--master", "local[2]"));

    for (String partitions : List.of("1", "500")) {
      assertThat(SmallFootage.parameterHash(folder.resolve(partitions)))
          .isEqualTo(SmallFootage.parameterHash(folder.resolve("plain")));
    }
    TreeMap<String, List<String>> rows = SmallFootage.rows(folder.resolve("plain"));
    assertThat(SmallFootage.rows(folder.resolve("1"))).isEqualTo(rows);
    rows.remove("annotations");
    assertThat(SmallFootage.rows(folder.resolve("500"))).isEqualTo(rows);
  }

  /** Spark itself reads the file, and so does the launcher, for the driver's options. */
  private void underDefaults(String partitions, List<String> submission) throws Exception {
    Map<String, String> defaults = new TreeMap<>(REPLACED);
    defaults.putAll(KEPT);
    defaults.put("spark.sql.shuffle.partitions", partitions);
    // Without it every shuffle has 500 tasks, which takes minutes.
    defaults.put("spark.sql.adaptive.enabled", Boolean.toString(partitions.equals("500")));
    defaults.put("spark.sql.codegen.wholeStage", Boolean.toString(partitions.equals("500")));
    String elsewhere = "-Duser.language=tr -Duser.country=TR -Duser.timezone=America/St_Johns";
    defaults.put("spark.driver.extraJavaOptions", elsewhere);
    defaults.put("spark.executor.extraJavaOptions", elsewhere);
    defaults.put("spark.ui.enabled", "false");
    Path site = Files.createDirectory(folder.resolve("site-" + partitions));
    StringBuilder text = new StringBuilder();
    defaults.forEach((name, value) -> text.append(name).append(' ').append(value).append('\n'));
    Files.writeString(site.resolve("spark-defaults.conf"), text);

    Launcher launcher = new Launcher(folder).with("SPARK_CONF_DIR", site.toString());
    String printed = run(partitions, launcher, submission);
    assertThat(printed.lines().filter(line -> line.contains("are replaced")))
        .singleElement()
        .asString()
        .contains(
            "spark.serializer=org.apache.spark.serializer.KryoSerializer by"
                + " org.apache.spark.serializer.JavaSerializer",
            "spark.sql.legacy.sizeOfNull=true by Spark's default")
        .contains(REPLACED.keySet())
        .doesNotContain(KEPT.keySet());
  }

  private String run(String workspace, Launcher launcher, List<String> submission)
      throws Exception {
    List<String> arguments =
        new ArrayList<>(List.of(footage.run(folder.resolve(workspace), "--epochs", "3")));
    if (workspace.equals("500")) {
      // Nothing to evaluate: that sorts all frames several times, in as many tasks.
      int annotations = arguments.indexOf("--annotations");
      arguments.subList(annotations, annotations + 2).clear();
    }
    arguments.addAll(submission);
    Launcher.Ended ended = launcher.run(arguments.toArray(String[]::new));
    assertThat(ended.exitCode()).as(ended.output()).isZero();
    return ended.output();
  }
}
