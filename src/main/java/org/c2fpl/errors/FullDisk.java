package org.c2fpl.errors;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Recognises a full disk in the exceptions of Java, Hadoop and Spark. It is an error of the
 * environment, on any machine of the cluster.
 */
final class FullDisk {
  /** Messages of the operating system; no exception class exists for them. */
  private static final List<String> SIGNS =
      List.of("No space left on device", "Disk quota exceeded", "File too large");

  /** The texts in which this program, Spark and Java name the path. */
  private static final List<Pattern> PLACES =
      List.of(
          Pattern.compile("cannot write (.+?)(?:: .*)?$", Pattern.MULTILINE),
          Pattern.compile("writing rows to (.+?)\\.?$", Pattern.MULTILINE),
          Pattern.compile("^(?:.*Exception: )?(/.+?)(?: \\(|: )", Pattern.MULTILINE));

  /** The machine of a task, in Spark's text of its failure. */
  private static final Pattern HOST = Pattern.compile("\\(TID \\d+\\) \\((\\S+) executor [^)]+\\)");

  private FullDisk() {}

  /** The user's error, if a disk was full. */
  static Optional<RuntimeException> among(Throwable failure) {
    return sign(failure)
        .map(
            sign ->
                new DataException(
                    "Cannot write "
                        + place(failure)
                        + host(failure)
                        + ": its disk or quota is full ("
                        + sign
                        + "). Free some space there, then give the same command again: finished"
                        + " work is kept.",
                    failure));
  }

  private static Optional<String> sign(Throwable failure) {
    return Causes.of(failure).stream()
        .map(Throwable::getMessage)
        .flatMap(
            message -> SIGNS.stream().filter(sign -> message != null && message.contains(sign)))
        .findFirst();
  }

  private static String host(Throwable failure) {
    for (Throwable cause : Causes.of(failure)) {
      Matcher matcher = HOST.matcher(String.valueOf(cause.getMessage()));
      if (matcher.find()) {
        return " on " + matcher.group(1);
      }
    }
    return "";
  }

  private static String place(Throwable failure) {
    for (Pattern pattern : PLACES) {
      for (Throwable cause : Causes.of(failure)) {
        Matcher matcher = pattern.matcher(String.valueOf(cause.getMessage()));
        if (matcher.find()) {
          return matcher.group(1);
        }
      }
    }
    return "Spark's scratch files (spark.local.dir, on this machine "
        + System.getProperty("spark.local.dir", System.getProperty("java.io.tmpdir"))
        + ")";
  }
}
