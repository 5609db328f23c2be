package org.c2fpl.stages;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.ChecksumException;
import org.apache.parquet.io.ParquetDecodingException;
import org.c2fpl.errors.Causes;
import org.c2fpl.errors.DataException;

/** A file whose bytes are not those that were written, told from the layers around it. */
final class DamagedFile {
  /** How Hadoop, Parquet and Spark name the file. */
  private static final List<Pattern> FILES =
      List.of(
          Pattern.compile("Checksum error: (.+?) at [0-9]+ exp"),
          Pattern.compile("([^ ]*/.+?) is not a Parquet file"),
          Pattern.compile("[Cc]ould not read footer for file:? (.+?)\\.?$", Pattern.MULTILINE),
          Pattern.compile("Can not read value at -?[0-9]+ in block -?[0-9]+ in file (.+)$"));

  private DamagedFile() {}

  /** The user's error, if a damaged file was read. */
  static Optional<RuntimeException> among(Throwable failure) {
    List<Throwable> causes = Causes.of(failure);
    Optional<String> file = causes.stream().flatMap(cause -> file(cause).stream()).findFirst();
    Optional<Throwable> sign =
        causes.stream()
            .filter(
                cause ->
                    cause instanceof ChecksumException || cause instanceof ParquetDecodingException)
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
                + ". Restore it from a copy; or, if it is a table's, delete its folder and give the"
                + " command again that made it. Other tables are as they were.",
            failure));
  }

  private static Optional<String> file(Throwable cause) {
    String message = String.valueOf(cause.getMessage());
    return FILES.stream()
        .map(pattern -> pattern.matcher(message))
        .filter(Matcher::find)
        .map(matcher -> matcher.group(1))
        .findFirst();
  }

  private static String firstLine(Throwable cause) {
    return String.valueOf(cause.getMessage()).lines().findFirst().orElse("");
  }
}
