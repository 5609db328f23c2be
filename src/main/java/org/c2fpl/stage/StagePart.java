package org.c2fpl.stage;

import org.apache.spark.sql.Dataset;

/**
 * A part of a stage as {@code c2fpl plan} shows it.
 *
 * @param what it computes
 * @param query how; null where it is no query of Spark SQL
 * @param note why it is none, or what else is to know; empty for nothing
 */
public record StagePart(String what, Dataset<?> query, String note) {
  public StagePart {
    if (query != null) {
      // Planned here and now: what is kept of it later would change its plan to a look at that.
      query.queryExecution().executedPlan();
    }
  }

  public static StagePart query(String what, Dataset<?> query) {
    return new StagePart(what, query, "");
  }

  /** A part that no query does. */
  public static StagePart outside(String what, String why) {
    return new StagePart(what, null, why);
  }
}
