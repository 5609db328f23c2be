package org.c2fpl.errors;

import java.io.IOException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.ipc.RemoteException;

/**
 * Refusals of file systems that only the user can change: missing permissions, used-up quotas of
 * HDFS, addresses without a host, file systems whose code is missing. Trying again does not help,
 * so they are errors of the environment (exit code 65), not lost infrastructure or a bug.
 *
 * <p>They are recognised by the names of their exceptions, not by the classes: a name node reports
 * a name, and Spark keeps only the text of an exception that an executor could not send.
 */
public final class FileFaults {
  private static final Pattern USER_AND_FILE =
      Pattern.compile("user=([^,]+), access=([A-Z_]+), inode=\"([^\"]+)\"");
  private static final Pattern FOLDER_WITH_QUOTA =
      Pattern.compile("(?: of(?: directory)?| on path :) (/\\S*)");
  private static final Pattern NAMED_IN_TEXT =
      Pattern.compile("\\b((?:[a-z]\\w*\\.)+[A-Z]\\w*(?:Exception|Error)): ([^\\n]*)");

  private FileFaults() {}

  /** The user's error by the causes of a failure; empty for other failures. */
  public static Optional<DataException> explain(Throwable failure) {
    return explain(failure, Optional.empty());
  }

  /** As {@link #explain(Throwable)}, for a failure at one path that the user gave. */
  public static Optional<DataException> explain(Throwable failure, String path) {
    return explain(failure, Optional.of(path));
  }

  private static Optional<DataException> explain(Throwable failure, Optional<String> path) {
    for (Throwable cause : Causes.of(failure)) {
      String text = String.valueOf(cause.getMessage());
      Optional<String> told = Optional.empty();
      if (cause instanceof RemoteException remote) {
        told = message(remote.getClassName(), reason(cause), path);
      } else if (cause instanceof IOException
          || cause instanceof ClassNotFoundException
          || cause instanceof NoClassDefFoundError) {
        told = message(cause.getClass().getName(), reason(cause), path);
      } else if (cause.getCause() == null) {
        told = messageInText(text, path);
      }
      if (told.isPresent()) {
        return Optional.of(new DataException(told.get(), failure));
      }
    }
    return Optional.empty();
  }

  /** The first line of a failure's message; a name node puts its stack trace into the others. */
  public static String reason(Throwable failure) {
    String message = failure.getMessage();
    if (message == null || message.isBlank()) {
      return failure.getClass().getSimpleName();
    }
    String first = message.strip().lines().findFirst().orElseThrow().strip();
    return first.endsWith(".") ? first.substring(0, first.length() - 1) : first;
  }

  /** Spark's text of a task's failure, where the failure itself could not be sent. */
  private static Optional<String> messageInText(String text, Optional<String> path) {
    Matcher named = NAMED_IN_TEXT.matcher(text);
    // The text after a name may contain the next name, in the same line.
    for (int from = 0; named.find(from); from = named.end(1)) {
      Optional<String> told = message(named.group(1), named.group(2), path);
      if (told.isPresent()) {
        return told;
      }
    }
    return Optional.empty();
  }

  private static Optional<String> message(String exception, String reason, Optional<String> path) {
    if (exception.equals("org.apache.hadoop.security.AccessControlException")
        || exception.equals("java.nio.file.AccessDeniedException")
        || reason.endsWith("(Permission denied)")
        || reason.contains("Read-only file system")) {
      return Optional.of(permission(reason));
    }
    if (exception.equals("java.net.UnknownHostException")) {
      return Optional.of(
          "Cannot find the host of a file system: its name does not resolve ("
              + reason
              + "). Check the address and HADOOP_CONF_DIR, then give the same command again.");
    }
    if (exception.startsWith("org.apache.hadoop.hdfs.protocol.") && exception.contains("Quota")) {
      return Optional.of(quota(reason));
    }
    return MissingFileSystem.message(exception, reason, path);
  }

  private static String permission(String reason) {
    Matcher told = USER_AND_FILE.matcher(reason);
    if (!told.find()) {
      return "Cannot read or write "
          + reason.replaceFirst(" ?\\(Permission denied\\)$", "")
          + ": permission is denied. Ask for it, or use another folder.";
    }
    String access = told.group(2);
    String act =
        access.contains("WRITE") ? "write to" : access.contains("READ") ? "read" : "look into";
    return "Cannot "
        + act
        + " "
        + told.group(3)
        + ": user "
        + told.group(1)
        + " lacks the permission ("
        + reason
        + "). Ask for the permission (hdfs dfs -chown, -chmod or -setfacl), or use another"
        + " folder.";
  }

  private static String quota(String reason) {
    Matcher folder = FOLDER_WITH_QUOTA.matcher(reason);
    return "Cannot write"
        + (folder.find() ? " below " + folder.group(1) : "")
        + ": its quota is used up ("
        + reason
        + "). Have the quota raised (hdfs dfsadmin -setSpaceQuota, -setQuota) or delete what is not"
        + " needed, then run the same command again. HDFS counts whole blocks, times their"
        + " replicas, while a file is written.";
  }
}
