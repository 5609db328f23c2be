package org.c2fpl.ingest;

/** Layouts of feature files. */
public enum FeatureFormat {
  /** One array per video. */
  NPY("npy"),
  /** One array per crop: {@code <video_id>__0.npy} and so on. */
  NPY_PER_CROP("npy-per-crop"),
  /** One array for all videos, and an array of row ranges. */
  CONCAT("concat"),
  /** A table with one row per segment. */
  PARQUET("parquet");

  private final String text;

  FeatureFormat(String text) {
    this.text = text;
  }

  /** The name on the command line. */
  @Override
  public String toString() {
    return text;
  }
}
