package org.c2fpl.coarse;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.row_number;
import static org.apache.spark.sql.functions.udf;

import org.apache.spark.sql.Column;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.types.DataTypes;
import org.c2fpl.method.exact.SeededHash;

/** Numbers videos in a random order that depends only on their ids. */
final class Draws {
  private Draws() {}

  /**
   * The position, from 1, of each row's {@code video_id} in a random order of all rows. The first n
   * rows are a random sample of n, and part of every larger sample.
   */
  static Column place(long seed, String draw) {
    UDF1<String, Long> key = videoId -> SeededHash.ofVideo(seed, draw, videoId);
    return row_number()
        .over(Window.orderBy(udf(key, DataTypes.LongType).apply(col("video_id")), col("video_id")));
  }

  /** The share of a number, rounded half up. */
  static long rounded(double share, long of) {
    return (long) Math.floor(share * of + 0.5);
  }
}
