package org.c2fpl.testing;

import org.apache.spark.sql.SparkSession;

/** The one local Spark session that all tests of a JVM share. */
public final class SharedSpark {
  private static SparkSession session;

  private SharedSpark() {}

  /** A {@code local[2]} session without a web interface; lives until the JVM ends. */
  public static synchronized SparkSession session() {
    if (session == null) {
      session =
          SparkSession.builder()
              .master("local[2]")
              .appName("c2fpl-tests")
              .config("spark.ui.enabled", "false")
              .config("spark.sql.shuffle.partitions", "3")
              .config("spark.sql.session.timeZone", "UTC")
              .config("spark.sql.warehouse.dir", "target/spark-warehouse")
              .config("spark.driver.host", "127.0.0.1")
              .config("spark.driver.bindAddress", "127.0.0.1")
              .getOrCreate();
      session.sparkContext().setLogLevel("OFF");
    }
    return session;
  }
}
