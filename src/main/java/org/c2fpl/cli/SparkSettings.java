package org.c2fpl.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.SparkConf;
import scala.Tuple2;

/**
 * Settings on which the tables and their reading depend. If a site has other defaults, they are
 * replaced, and one line reports it. All other settings are left to the user.
 */
final class SparkSettings {
  private static final String FALSE = "false";

  private static final Map<String, String> FIXED = new LinkedHashMap<>();

  static {
    // Kryo serializes neither the detector's classes nor Java functions.
    FIXED.put("spark.serializer", "org.apache.spark.serializer.JavaSerializer");
    // The meaning of values.
    FIXED.put("spark.sql.ansi.enabled", FALSE);
    FIXED.put("spark.sql.caseSensitive", FALSE);
    FIXED.put("spark.sql.datetime.java8API.enabled", FALSE);
    FIXED.put("spark.sql.session.timeZone", "UTC");
    // The content of files, also for other readers.
    FIXED.put("spark.sql.parquet.binaryAsString", FALSE);
    FIXED.put("spark.sql.parquet.writeLegacyFormat", FALSE);
    FIXED.put("spark.sql.parquet.outputTimestampType", "TIMESTAMP_MICROS");
    FIXED.put("spark.sql.parquet.datetimeRebaseModeInWrite", "CORRECTED");
    FIXED.put("spark.hadoop.mapreduce.fileoutputcommitter.marksuccessfuljobs", FALSE);
    FIXED.put("spark.hadoop.parquet.summary.metadata.level", "NONE");
    FIXED.put("spark.hadoop.parquet.enable.summary-metadata", FALSE);
    // Nothing may be left out silently.
    FIXED.put("spark.files.ignoreCorruptFiles", FALSE);
    FIXED.put("spark.files.ignoreMissingFiles", FALSE);
    FIXED.put("spark.sql.files.ignoreCorruptFiles", FALSE);
    FIXED.put("spark.sql.files.ignoreMissingFiles", FALSE);
    // Tables are folders without a catalogue, which Spark's newer writers refuse to make.
    FIXED.put("spark.sql.catalogImplementation", "in-memory");
    FIXED.put("spark.sql.sources.useV1SourceList", "avro,csv,json,kafka,orc,parquet,text");
  }

  /** The settings whose default in Spark is another, so they are always set. */
  private static final Set<String> NOT_BY_DEFAULT =
      Set.of(
          "spark.sql.session.timeZone",
          "spark.sql.parquet.outputTimestampType",
          "spark.sql.parquet.datetimeRebaseModeInWrite",
          "spark.hadoop.mapreduce.fileoutputcommitter.marksuccessfuljobs");

  private static final String LEGACY = "spark.sql.legacy.";

  /** Allows footage tables with times in nanoseconds. */
  private static final String LEGACY_READING = "spark.sql.legacy.parquet.nanosAsLong";

  private SparkSettings() {}

  /** Replaces settings that the program cannot work with; returns the line that reports it. */
  static Optional<String> fix(SparkConf conf) {
    List<String> replaced = new ArrayList<>();
    FIXED.forEach(
        (name, value) -> {
          String found = conf.get(name, value);
          if (!found.equalsIgnoreCase(value)) {
            replaced.add(name + "=" + found + " by " + value);
          }
          if (conf.contains(name) || NOT_BY_DEFAULT.contains(name)) {
            conf.set(name, value);
          }
        });
    for (Tuple2<String, String> setting : conf.getAll()) {
      String name = setting._1();
      if (name.startsWith(LEGACY) && !name.equals(LEGACY_READING)) {
        replaced.add(name + "=" + setting._2() + " by Spark's default");
        conf.remove(name);
      }
    }
    return replaced.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "Spark settings that this program cannot work with are replaced for this command: "
                + String.join(", ", replaced)
                + ". They need not be changed.");
  }
}
