package org.c2fpl.ingest;

/** Layouts of feature files. */
public enum FeatureFormat {
  /** One array a video. */
  NPY("npy"),
  /** One array a crop: {@code <video_id>__0.npy} and so on. */
  NPY_PER_CROP("npy-per-crop"),
  /** One array for all videos, and an array of row ranges. */
  CONCAT("concat"),
  /** A table with a row a segment. */
  PARQUET("parquet");

  private final String text;

  FeatureFormat(String text) {
    this.text = text;
  }

  /** As the command line writes it. */
  @Override
  public String toString() {
    return text;
  }
}
