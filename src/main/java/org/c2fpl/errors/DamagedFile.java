package org.c2fpl.errors;

import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.ChecksumException;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.io.ParquetDecodingException;

/**
 * Recognises a damaged file, whose bytes differ from those written, in the exceptions of Hadoop,
 * Parquet and Spark.
 */
final class DamagedFile {
  /** The texts in which Hadoop, Parquet and Spark name the file. */
  private static final List<Pattern> FILES =
      List.of(
          Pattern.compile("Checksum error: (.+?) at [0-9]+ exp"),
          Pattern.compile("([^ ]*/.+?) is not a Parquet file"),
          Pattern.compile("[Cc]ould not read footer for file:? (.+?)\\.?$", Pattern.MULTILINE),
          Pattern.compile("Can not read value at -?[0-9]+ in block -?[0-9]+ in file (.+)$"));

  /** The texts in which Spark names it, as a URI. */
  private static final Pattern URI_OF_FILE =
      Pattern.compile(
          "(?:Encountered error while reading file|Parquet column cannot be converted in file)"
              + " (\\S+?)\\. (?:Details|Column)");

  /** The packages that read Parquet and throw arbitrary exceptions for damaged bytes. */
  private static final List<String> READERS =
      List.of(
          "org.apache.spark.sql.execution.datasources.parquet.Vectorized",
          "org.apache.parquet.hadoop.ParquetFileReader",
          "org.apache.parquet.hadoop.ColumnChunkPageReadStore",
          "org.apache.parquet.column.impl.ColumnReader");

  private DamagedFile() {}

  /** The user's error, if a damaged file was read. */
  static Optional<RuntimeException> among(Throwable failure) {
    List<Throwable> causes = Causes.of(failure);
    Optional<String> file = causes.stream().flatMap(cause -> file(cause).stream()).findFirst();
    Optional<Throwable> sign =
        causes.stream()
            .filter(
                cause ->
                    cause instanceof ChecksumException
                        || cause instanceof ParquetDecodingException
                        || isOfAReader(cause))
            .reduce((outer, inner) -> inner);
    if (file.isEmpty() && sign.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new DataException(
            "Cannot read "
                + file.orElse("a Parquet file")
                + ": it is damaged"
                + sign.map(cause -> " (" + firstLine(cause) + ")").orElse("")
                + ". Restore it from a copy; or, if it belongs to a table, delete its folder and"
                + " give the command again that made it. Other tables are unchanged.",
            failure));
  }

  private static boolean isOfAReader(Throwable cause) {
    return cause instanceof Exception
        && Arrays.stream(cause.getStackTrace())
            .anyMatch(frame -> READERS.stream().anyMatch(frame.getClassName()::startsWith));
  }

  private static Optional<String> file(Throwable cause) {
    String message = String.valueOf(cause.getMessage());
    Matcher uri = URI_OF_FILE.matcher(message);
    if (uri.find()) {
      return Optional.of(new Path(URI.create(uri.group(1))).toString());
    }
    return FILES.stream()
        .map(pattern -> pattern.matcher(message))
        .filter(Matcher::find)
        .map(matcher -> matcher.group(1))
        .findFirst();
  }

  private static String firstLine(Throwable cause) {
    String message = cause.getMessage();
    return message == null
        ? cause.getClass().getSimpleName()
        : message.lines().findFirst().orElse("");
  }
}
