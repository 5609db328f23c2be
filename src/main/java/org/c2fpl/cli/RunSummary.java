package org.c2fpl.cli;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.countDistinct;
import static org.apache.spark.sql.functions.lit;

import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.c2fpl.formats.features.VideoIds;
import org.c2fpl.score.ScoringModels;
import org.c2fpl.stage.StageContext;
import org.c2fpl.stage.StageEvents;
import org.c2fpl.stage.Words;
import org.c2fpl.workspace.Leaf;
import org.c2fpl.workspace.Table;
import org.c2fpl.workspace.Workspace;

/** The results of a whole run and where they are stored. */
final class RunSummary {
  private static final int STRONGEST = 3;

  private RunSummary() {}

  /** Prints the detections of a split. */
  static void tell(StageContext context, String split) {
    StageEvents events = context.events();
    Workspace workspace = context.workspace();
    List<Leaf> leaves = workspace.leaves(Table.DETECTIONS, split);
    Dataset<Row> detections = workspace.read(context.spark(), leaves);
    Row found = detections.agg(count(lit(1)), countDistinct("video_id")).first();
    long videos =
        leaves.stream()
            .map(leaf -> workspace.manifest(leaf.in(Table.VIDEOS)))
            .mapToLong(manifest -> manifest.map(each -> each.rows()).orElse(0L))
            .sum();
    events.noted("");
    events.noted(
        "Found       "
            + Words.count(found.getLong(0), "detection")
            + String.format(Locale.ROOT, " in %,d of ", found.getLong(1))
            + Words.count(videos, "video")
            + " of split "
            + split);
    String models = ScoringModels.of(context, leaves).named();
    if (!models.isEmpty()) {
      events.noted("Model       " + models);
    }
    for (Row row :
        detections
            .orderBy(col("peak_score").desc(), col("video_id"), col("start_frame"))
            .limit(STRONGEST)
            .collectAsList()) {
      events.noted(
          String.format(
              Locale.ROOT,
              "            %.3f  %s, frames %d to %d",
              row.<Double>getAs("peak_score"),
              VideoIds.printable(row.getAs("video_id")),
              row.<Long>getAs("start_frame"),
              row.<Long>getAs("end_frame") - 1));
    }
    events.noted("Tables      " + workspace.root());
    events.noted("Detections  " + workspace.path(Table.DETECTIONS.folder()));
    events.noted("Report      " + workspace.path("report/index.html"));
  }
}
