package org.c2fpl.workspace;

import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.SparkSession;
import org.c2fpl.errors.DataException;
import org.c2fpl.errors.FileFaults;

/**
 * Paths in which every character is a part of a name. By default, Spark and Hadoop treat {@code [ ]
 * { } * ?} as a pattern and read all that it matches, and {@code \} as an escape.
 */
public final class LiteralPaths {
  /** Spark's option, which its catalogue uses for the folders of tables. */
  private static final String GLOB_PATHS = "__globPaths__";

  private LiteralPaths() {}

  /**
   * A reader that takes a path literally. Only for a single path: of several, Spark reads each once
   * for every path that looks like a pattern.
   */
  public static DataFrameReader reader(SparkSession spark) {
    return spark.read().option(GLOB_PATHS, false);
  }

  /**
   * The path that a user typed.
   *
   * @param what its role, as in {@code Cannot use <what> <text>: ...}
   * @throws DataException for a text that is not a path, such as {@code a:b}, which could be a name
   *     or a file system without a path
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
                      ? "the text before the colon would be a file system, and then a path with '/'"
                          + " must follow. Write ./"
                          + text
                          + " if it is a name in this folder."
                      : "it is not a path (" + FileFaults.reason(e) + "). Give another one."),
          e);
    }
  }
}
