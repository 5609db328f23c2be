package org.c2fpl.cli;

import java.util.Locale;
import org.apache.spark.SparkConf;

/** The entry point, for {@code submit/c2fpl} and for spark-submit. */
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    // Libraries write and read data in the default locale, and Turkish has another lower case of I.
    Locale.setDefault(Locale.ROOT);
    int exitCode = CommandLines.execute(args);
    if (!inYarnClusterMode()) {
      System.exit(exitCode);
    }
    // YARN's application master counts a driver that exits as failed, even with 0: it has to return
    // or to throw.
    if (exitCode != ExitCode.DONE) {
      throw new IllegalStateException(
          "c2fpl ended with exit code "
              + exitCode
              + "; the message is in the driver's log and in _runs of the workspace");
    }
  }

  private static boolean inYarnClusterMode() {
    SparkConf conf = new SparkConf();
    return conf.get("spark.master", "").startsWith("yarn")
        && conf.get("spark.submit.deployMode", "client").equals("cluster");
  }
}
