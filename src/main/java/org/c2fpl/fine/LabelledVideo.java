package org.c2fpl.fine;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.get;
import static org.apache.spark.sql.functions.posexplode;

import java.io.Serializable;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * The labels of a video's segments. A bean: the arrays become rows by a column expression, so there
 * is no object per segment.
 */
public final class LabelledVideo implements Serializable {
  private static final long serialVersionUID = 1L;

  private String videoId;
  private double[] norms;
  private double[] probabilities;
  private boolean[] labels;
  private double[] targets;

  public String getVideoId() {
    return videoId;
  }

  public void setVideoId(String videoId) {
    this.videoId = videoId;
  }

  public double[] getNorms() {
    return norms;
  }

  public void setNorms(double[] norms) {
    this.norms = norms;
  }

  /** Null in videos labelled normal. */
  public double[] getProbabilities() {
    return probabilities;
  }

  public void setProbabilities(double[] probabilities) {
    this.probabilities = probabilities;
  }

  public boolean[] getLabels() {
    return labels;
  }

  public void setLabels(boolean[] labels) {
    this.labels = labels;
  }

  /** Null except with soft labels. */
  public double[] getTargets() {
    return targets;
  }

  public void setTargets(double[] targets) {
    this.targets = targets;
  }

  /** Columns of {@code fine_labels}, {@code target} among them for soft labels. */
  static Dataset<Row> rows(Dataset<LabelledVideo> videos, boolean soft) {
    Column segment = col("segment_index");
    Dataset<Row> exploded =
        videos
            .select(
                col("videoId"),
                col("probabilities"),
                col("labels"),
                col("targets"),
                posexplode(col("norms")).as(new String[] {"segment_index", "norm"}))
            .select(
                col("videoId").as("video_id"),
                segment,
                col("norm"),
                get(col("probabilities"), segment).as("p_value"),
                get(col("labels"), segment).cast("int").as("label"),
                get(col("targets"), segment).as("target"));
    return soft ? exploded : exploded.drop("target");
  }
}
