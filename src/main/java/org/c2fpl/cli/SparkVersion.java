package org.c2fpl.cli;

import org.c2fpl.errors.DataException;

/**
 * Checks for the Spark and Scala that the program was built for; others would fail in the middle of
 * a stage.
 */
final class SparkVersion {
  private SparkVersion() {}

  /**
   * Refuses another Spark. Uses only methods that all versions have.
   *
   * @throws DataException if this is not Spark 3.5 for Scala 2.12
   */
  static void check() {
    check(
        org.apache.spark.package$.MODULE$.SPARK_VERSION(),
        scala.util.Properties.versionNumberString());
  }

  static void check(String spark, String scala) {
    if (!spark.matches("3\\.5(?:\\D.*)?") || !scala.matches("2\\.12(?:\\D.*)?")) {
      throw new DataException(
          "Cannot start: this is Spark "
              + spark
              + " for Scala "
              + scala
              + ", and the program needs Spark 3.5 for Scala 2.12. Set SPARK_HOME to one, or unset"
              + " it for the embedded Spark.");
    }
  }
}
