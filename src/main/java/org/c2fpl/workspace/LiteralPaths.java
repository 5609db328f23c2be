package org.c2fpl.workspace;

import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.SparkSession;
import org.c2fpl.errors.DataException;
import org.c2fpl.errors.FileFaults;

/**
 * Paths in which every character is a part of a name. By default, Spark and Hadoop take {@code [ ]
 * { } * ?} for a pattern and read whatever it matches, and {@code \} for an escape.
 */
public final class LiteralPaths {
  /** Spark's own switch, which its catalogue uses for the folders of tables. */
  private static final String GLOB_PATHS = "__globPaths__";

  private LiteralPaths() {}

  /**
   * A reader that takes a path as it is. One path only: of several, Spark reads each as often as
   * there are paths that look like patterns.
   */
  public static DataFrameReader reader(SparkSession spark) {
    return spark.read().option(GLOB_PATHS, false);
  }

  /**
   * The path that a user typed.
   *
   * @param what it is for, as in {@code Cannot use <what> <text>: ...}
   * @throws DataException for a text that is no path, such as {@code a:b}, which could be a name or
   *     a file system without a path
   */
  public static Path of(String what, String text) {
    try {
      return new Path(text);
    } catch (IllegalArgumentException e) {
      boolean colon = text.indexOf(':') > 0;
      throw new DataException(
          "Cannot use "
              + what
              + " '"
              + text
              + "': "
              + (text.isEmpty()
                  ? "it is empty. Give a path."
                  : colon
                      ? "what is before the colon would be a file system, and then a path with '/'"
                          + " has to follow. Write ./"
                          + text
                          + " if it is a name in this folder."
                      : "it is no path (" + FileFaults.reason(e) + "). Give another one."),
          e);
    }
  }
}
