package org.c2fpl.fine;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sequence;
import static org.apache.spark.sql.functions.shiftrightunsigned;
import static org.apache.spark.sql.functions.size;

import java.io.Serializable;
import java.util.HashMap;
import java.util.Map;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.api.java.UDF2;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.c2fpl.method.training.SegmentDeal;

/**
 * A seeded random sample of all segments: those whose key, as an unsigned number, is at most a
 * limit.
 *
 * <p>Four counts find the limit, each over 16 bits of the keys, so nothing is sorted and the driver
 * holds at most 65,536 numbers. Segments with equal keys, with a chance of 2⁻⁶⁴ per pair, are drawn
 * together.
 *
 * @param none whether no segment is drawn
 */
record RandomSegments(long seed, long limit, boolean none) implements Serializable {
  private static final int DOMAIN = 0x6c61626c; // "labl"
  private static final int BITS = 16;
  private static final int MASK = (1 << BITS) - 1;

  /** Draws as many segments as the rule's windows have in the videos labelled anomalous. */
  static RandomSegments of(Dataset<LabelledRun> runs, int components, LabelRule rule, long seed) {
    Column segments = size(col("numbers")).divide(LabelledRun.width(components)).cast("int");
    UDF1<Long, Long> width = m -> (long) rule.window().width(Math.toIntExact(m), rule.beta());
    Row sum =
        runs.filter(col("videoLabel").equalTo(1))
            .groupBy("videoId")
            .agg(functions.sum(segments).as("segments"))
            .agg(functions.sum(functions.udf(width, DataTypes.LongType).apply(col("segments"))))
            .first();
    Dataset<Row> rows =
        runs.select(
            col("videoId").as("video_id"),
            explode(sequence(col("first"), col("first").plus(segments).minus(1)))
                .as("segment_index"));
    return of(rows, seed, sum.isNullAt(0) ? 0 : sum.getLong(0));
  }

  /**
   * Draws a number of segments.
   *
   * @param segments {@code video_id, segment_index}
   * @param number at most the number of segments
   */
  static RandomSegments of(Dataset<Row> segments, long seed, long number) {
    if (number == 0) {
      return new RandomSegments(seed, 0, true);
    }
    UDF2<String, Integer, Long> key = (video, segment) -> key(seed, video, segment);
    Dataset<Row> keys =
        segments.select(
            functions
                .udf(key, DataTypes.LongType)
                .apply(col("video_id"), col("segment_index"))
                .as("key"));
    long prefix = 0;
    long wanted = number;
    for (int shift = 64 - BITS; shift >= 0; shift -= BITS) {
      Dataset<Row> inside =
          shift == 64 - BITS
              ? keys
              : keys.filter(shiftrightunsigned(col("key"), shift + BITS).equalTo(lit(prefix)));
      Column part = shiftrightunsigned(col("key"), shift).bitwiseAND(lit((long) MASK)).as("part");
      Map<Long, Long> counts = new HashMap<>();
      inside
          .groupBy(part)
          .count()
          .collectAsList()
          .forEach(row -> counts.put(row.getLong(0), row.getLong(1)));
      long next = 0;
      for (; next < MASK && counts.getOrDefault(next, 0L) < wanted; next++) {
        wanted -= counts.getOrDefault(next, 0L);
      }
      prefix = (prefix << BITS) | next;
    }
    return new RandomSegments(seed, prefix, false);
  }

  /** Whether a segment is drawn. */
  boolean contains(String video, int segment) {
    return !none && Long.compareUnsigned(key(seed, video, segment), limit) <= 0;
  }

  private static long key(long seed, String video, int segment) {
    return SegmentDeal.key(seed, DOMAIN, video, segment);
  }
}
