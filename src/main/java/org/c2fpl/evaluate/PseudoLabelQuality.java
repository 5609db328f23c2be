package org.c2fpl.evaluate;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.c2fpl.method.evaluation.Confusion;
import org.c2fpl.stage.StageContext;
import org.c2fpl.workspace.Json;
import org.c2fpl.workspace.Leaf;
import org.c2fpl.workspace.Table;
import org.c2fpl.workspace.Workspace;

/**
 * Compares the pseudo-labels of the training split with its ground truth, as far as annotations
 * exist.
 *
 * <p>A video is anomalous if its annotated label is 1. A segment is anomalous if at least half of
 * its frames are; segments without frames do not count. A pseudo-label of at least one half is
 * anomalous. It only joins and counts: four numbers per table reach the driver.
 */
public final class PseudoLabelQuality {
  private final StageContext context;
  private final Workspace workspace;
  private final String trainSplit;

  public PseudoLabelQuality(StageContext context, String trainSplit) {
    this.context = context;
    this.workspace = context.workspace();
    this.trainSplit = trainSplit;
  }

  /** The leaves on which the figures depend, besides the annotations. */
  public List<Leaf> inputs() {
    List<Leaf> inputs = new ArrayList<>(workspace.leaves(Table.COARSE_LABELS));
    inputs.addAll(workspace.leaves(Table.FINE_LABELS));
    return inputs;
  }

  /**
   * @param annotations of any split
   * @return {@code coarse} over videos and {@code fine} over segments; each null if the labels do
   *     not exist, or no annotation of the training split has the truth
   */
  public ObjectNode describe(Dataset<Row> annotations, FrameCounts counter) {
    Dataset<Row> truth = annotations.filter(col("split").equalTo(trainSplit));
    ObjectNode json = Json.object();
    json.put("split", trainSplit);
    put(json, "coarse", "videos", coarse(truth));
    put(json, "fine", "segments", fine(truth, counter));
    return json;
  }

  private Confusion coarse(Dataset<Row> truth) {
    Leaf leaf = Leaf.of(Table.COARSE_LABELS);
    if (workspace.manifest(leaf).isEmpty()) {
      return null;
    }
    Dataset<Row> labels = workspace.read(context.spark(), leaf).select("video_id", "label");
    return confusion(
        labels
            .withColumnRenamed("label", "pseudo_label")
            .join(truth.filter(col("label").isNotNull()).select("video_id", "label"), "video_id"),
        col("label").equalTo(1));
  }

  private Confusion fine(Dataset<Row> truth, FrameCounts counter) {
    Leaf leaf = Leaf.of(Table.FINE_LABELS);
    if (workspace.manifest(leaf).isEmpty()) {
      return null;
    }
    Dataset<Row> labels =
        workspace
            .read(context.spark(), leaf)
            .select(col("video_id"), col("segment_index"), col("label").as("pseudo_label"));
    Dataset<Row> videos =
        labels
            .groupBy("video_id")
            .agg(count(lit(1)).cast(DataTypes.IntegerType).as("segments"))
            .join(
                truth.filter(FrameCounts.KNOWN).select("video_id", "frames", "anomalies"),
                "video_id");
    Dataset<Row> segments = counter.count(labels.join(videos, "video_id"));
    return confusion(
        segments.filter(col("counts.positives").plus(col("counts.negatives")).gt(0)),
        col("counts.positives").geq(col("counts.negatives")));
  }

  /** Counts {@code pseudo_label} against the truth; null if there is nothing to count. */
  private static Confusion confusion(Dataset<Row> labelled, Column anomalous) {
    long[] counts = new long[4];
    for (Row row :
        labelled
            .groupBy(col("pseudo_label").geq(0.5).as("labelled"), anomalous.as("anomalous"))
            .agg(count(lit(1)))
            .collectAsList()) {
      counts[(row.getBoolean(1) ? 0 : 1) + (row.getBoolean(0) ? 0 : 2)] = row.getLong(2);
    }
    Confusion confusion = new Confusion(counts[0], counts[1], counts[2], counts[3]);
    return confusion.total() == 0 ? null : confusion;
  }

  private static void put(ObjectNode json, String name, String unit, Confusion confusion) {
    if (confusion == null) {
      json.putNull(name);
      return;
    }
    ObjectNode node = json.putObject(name);
    node.put(unit, confusion.total());
    node.put("true_positives", confusion.truePositives());
    node.put("false_positives", confusion.falsePositives());
    node.put("false_negatives", confusion.falseNegatives());
    node.put("true_negatives", confusion.trueNegatives());
    node.put("accuracy", confusion.accuracy());
    node.put("precision", confusion.precision());
    node.put("recall", confusion.recall());
    node.put("f1", confusion.f1());
    node.put("labelled_share", confusion.labelledShare());
    node.put("true_share", confusion.trueShare());
  }
}
