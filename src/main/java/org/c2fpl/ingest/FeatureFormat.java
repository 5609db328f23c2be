package org.c2fpl.ingest;

import java.util.Arrays;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import org.apache.spark.sql.SparkSession;

/**
 * Layouts of feature files. Another one is a {@link Footage} that reads it, and its constant here:
 * the command line, manifests and the reference follow.
 */
public enum FeatureFormat {
  /** One array per video. */
  NPY("npy", (spark, options) -> new FileArrays(spark, options, false), "--axes"),
  /** One array per crop: {@code <video_id>__0.npy} and so on. */
  NPY_PER_CROP("npy-per-crop", (spark, options) -> new FileArrays(spark, options, true)),
  /** One array for all videos, and an array of row ranges. */
  CONCAT("concat", ConcatArray::new, "--ranges", "--names"),
  /** A table with one row per segment. */
  PARQUET("parquet", ParquetFootage::new, "--features-column", "--crops", "--dim");

  private final String text;
  private final BiFunction<SparkSession, IngestOptions, Footage> footage;
  private final Set<String> options;

  FeatureFormat(
      String text, BiFunction<SparkSession, IngestOptions, Footage> footage, String... options) {
    this.text = text;
    this.footage = footage;
    this.options = Set.of(options);
  }

  /** Finds the files of this format; reads none of them. */
  Footage footage(SparkSession spark, IngestOptions given) {
    return footage.apply(spark, given);
  }

  /** Whether an option that is not for all formats is for this one. */
  boolean takes(String option) {
    return options.contains(option);
  }

  /** The formats that an option is for. */
  static String thatTake(String option) {
    return Arrays.stream(values())
        .filter(format -> format.takes(option))
        .map(FeatureFormat::toString)
        .collect(Collectors.joining(" or "));
  }

  /** The name on the command line. */
  @Override
  public String toString() {
    return text;
  }
}
