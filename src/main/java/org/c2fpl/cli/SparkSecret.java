package org.c2fpl.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.spark.SparkConf;
import org.c2fpl.errors.DataException;

/**
 * The secret that driver, executors and a standalone cluster share with {@code spark.authenticate}.
 * With a standalone master Spark needs it as a setting; here it comes from a file or the
 * environment, so that no command line shows it.
 */
final class SparkSecret {
  static final String VARIABLE = "C2FPL_SPARK_SECRET";

  private static final String SECRET = "spark.authenticate.secret";
  private static final String FILE = "spark.authenticate.secret.file";

  private SparkSecret() {}

  /** Whether the secret of a standalone cluster is needed. */
  static boolean needed(SparkConf conf) {
    return conf.getBoolean("spark.authenticate", false)
        && conf.get("spark.master", "").startsWith("spark://");
  }

  /** Sets the secret where authentication is on with a standalone master and none is set. */
  static void settle(SparkConf conf, Map<String, String> environment) {
    if (!needed(conf) || conf.contains(SECRET)) {
      return;
    }
    String secret = environment.getOrDefault(VARIABLE, "");
    if (secret.isEmpty() && conf.contains(FILE)) {
      secret = read(Path.of(conf.get(FILE)));
    }
    if (secret.isEmpty()) {
      throw new DataException(
          "Cannot join "
              + conf.get("spark.master")
              + ": spark.authenticate is on and no secret is given. Set "
              + FILE
              + " to a file that only you can read, or "
              + VARIABLE
              + " in the environment.");
    }
    conf.set(SECRET, secret);
  }

  private static String read(Path file) {
    try {
      return Files.readString(file, StandardCharsets.UTF_8).strip();
    } catch (IOException e) {
      throw new DataException(
          "Cannot read the secret of " + FILE + " " + file + ": " + e + ". Check the path.", e);
    }
  }
}
