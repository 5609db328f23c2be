package org.c2fpl.upkeep;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.levenshtein;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.lower;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.c2fpl.stage.StageContext;
import org.c2fpl.workspace.Leaf;
import org.c2fpl.workspace.Table;

/** The videos in the tables of a workspace. Memory: the requested rows. */
public final class KnownVideos {
  private static final String ID = "video_id";
  private static final int NEAR = 3;

  private KnownVideos() {}

  /** The tables with rows for single videos. */
  static List<Table> tables() {
    return Arrays.stream(Table.values())
        .filter(table -> Arrays.asList(table.schema().fieldNames()).contains(ID))
        .toList();
  }

  /** Up to three ids that differ from one by few characters, the nearest first. */
  static List<String> near(StageContext context, String id) {
    Dataset<Row> known = null;
    for (Table table : List.of(Table.VIDEOS, Table.ANNOTATIONS, Table.COARSE_LABELS)) {
      List<Leaf> leaves = context.workspace().ownLeaves(table);
      if (!leaves.isEmpty()) {
        Dataset<Row> ids = context.workspace().read(context.spark(), leaves).select(ID);
        known = known == null ? ids : known.union(ids);
      }
    }
    if (known == null) {
      return List.of();
    }
    List<String> near = new ArrayList<>();
    for (Row row :
        known
            .distinct()
            .withColumn("distance", levenshtein(lower(col(ID)), lit(id.toLowerCase(Locale.ROOT))))
            .filter(col("distance").leq(Math.max(2, id.length() / 3)))
            .orderBy(col("distance"), col(ID))
            .limit(NEAR)
            .collectAsList()) {
      near.add(row.getString(0));
    }
    return near;
  }

  /** {@code Did you mean a, b?} or nothing. */
  public static String advice(StageContext context, String id) {
    List<String> near = near(context, id);
    return near.isEmpty()
        ? "Check the id."
        : "Did you mean " + String.join(", ", near) + "? Use the id in the tables.";
  }
}
