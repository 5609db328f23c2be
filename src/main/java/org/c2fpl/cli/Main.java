package org.c2fpl.cli;

import org.apache.spark.SparkConf;

/** The entry point, for {@code submit/c2fpl} and for spark-submit. */
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    int exitCode = CommandLines.execute(args);
    if (exitCode != ExitCode.DONE && inYarnClusterMode()) {
      // YARN's application master reports success for System.exit before its own end: it must see
      // an exception. The class of the failure stands in _runs/<run id>.json.
      throw new IllegalStateException("c2fpl ended with exit code " + exitCode);
    }
    System.exit(exitCode);
  }

  private static boolean inYarnClusterMode() {
    SparkConf conf = new SparkConf();
    return conf.get("spark.master", "").startsWith("yarn")
        && conf.get("spark.submit.deployMode", "client").equals("cluster");
  }
}
