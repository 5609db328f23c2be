package org.c2fpl.segments;

import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.c2fpl.stage.Words;

/** Names videos that one table has and another lacks. */
public final class Missing {
  private static final int NAMED = 10;

  private Missing() {}

  /** {@code video a}, {@code 2 videos (a, b)} or {@code 12 videos (a, …, j and 2 more)}. */
  public static String named(Dataset<Row> videos, long count) {
    List<String> first = first(videos);
    if (count == 1) {
      return "video " + first.get(0);
    }
    return Words.count(count, "video")
        + " ("
        + String.join(", ", first)
        + (count > first.size() ? " and " + (count - first.size()) + " more" : "")
        + ")";
  }

  /** The ids of the first ten videos in the order of ids. */
  public static List<String> first(Dataset<Row> videos) {
    return videos.select("video_id").orderBy("video_id").limit(NAMED).collectAsList().stream()
        .map(row -> row.getString(0))
        .toList();
  }
}
