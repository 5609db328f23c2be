package org.c2fpl.testing;

import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;
import org.c2fpl.cli.Sessions;

/** The one local Spark session that all tests of a JVM share. */
public final class SharedSpark {
  private static SparkSession session;

  private SharedSpark() {}

  /**
   * A {@code local[2]} session with the program's settings, without a web interface; lives until
   * the JVM ends.
   */
  public static synchronized SparkSession session() {
    if (session == null) {
      SparkConf conf =
          new SparkConf()
              .setMaster("local[2]")
              .setAppName("c2fpl-tests")
              .set("spark.ui.enabled", "false")
              .set("spark.sql.shuffle.partitions", "3")
              .set("spark.sql.warehouse.dir", "target/spark-warehouse")
              .set("spark.driver.host", "127.0.0.1")
              .set("spark.driver.bindAddress", "127.0.0.1");
      Sessions.setDefaults(conf);
      session = SparkSession.builder().config(conf).getOrCreate();
      session.sparkContext().setLogLevel("OFF");
    }
    return session;
  }
}
