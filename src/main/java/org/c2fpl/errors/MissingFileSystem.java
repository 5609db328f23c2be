package org.c2fpl.errors;

import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.util.VersionInfo;

/** A file system that Hadoop knows by name, but whose code is not on the class path. */
final class MissingFileSystem {
  private static final Pattern NO_SCHEME =
      Pattern.compile("No FileSystem for scheme:? \"?([^\"\\s]+?)\"?");

  /** The texts in which Hadoop, its service loader and the JVM name a missing class. */
  private static final Pattern NO_CLASS =
      Pattern.compile(
          "(?:Class )?(?:org[./]apache[./]hadoop[./]fs[./](s3a|azurebfs|azure|adl|aliyun|cosn|obs)"
              + "|com[./](amazonaws))[./]\\S*.*");

  /** The scheme of a package's file system, and the Hadoop module that contains it. */
  private record Connector(String scheme, String module) {}

  private static final Connector AWS = new Connector("s3a", "hadoop-aws");
  private static final Connector AZURE = new Connector("wasb", "hadoop-azure");

  private static final Map<String, Connector> CONNECTORS =
      Map.of(
          "s3a", AWS,
          "amazonaws", AWS,
          "azurebfs", new Connector("abfs", "hadoop-azure"),
          "azure", AZURE,
          "adl", new Connector("adl", "hadoop-azure-datalake"),
          "aliyun", new Connector("oss", "hadoop-aliyun"),
          "cosn", new Connector("cosn", "hadoop-cos"),
          "obs", new Connector("obs", "hadoop-huaweicloud"));

  private MissingFileSystem() {}

  /**
   * The user's error for a failure of this kind; empty for any other.
   *
   * @param path the path that was used, if known
   */
  static Optional<String> message(String exception, String reason, Optional<String> path) {
    if (exception.endsWith(".ClassNotFoundException")
        || exception.endsWith(".NoClassDefFoundError")) {
      Matcher code = NO_CLASS.matcher(reason);
      if (code.matches()) {
        return Optional.of(
            packages(
                CONNECTORS.get(code.group(1) == null ? code.group(2) : code.group(1)),
                reason,
                path));
      }
      return Optional.empty();
    }
    Matcher scheme = NO_SCHEME.matcher(reason);
    return scheme.matches()
        ? Optional.of(unknown(scheme.group(1), reason, path))
        : Optional.empty();
  }

  private static String packages(Connector connector, String reason, Optional<String> path) {
    return "Cannot use "
        + path.orElse(connector.scheme() + ":// paths")
        + ": Hadoop's connector for "
        + connector.scheme()
        + ":// is not on the class path ("
        + reason
        + "). Give the same command with this at its end: -- --packages org.apache.hadoop:"
        + connector.module()
        + ":"
        + VersionInfo.getVersion();
  }

  private static String unknown(String scheme, String reason, Optional<String> path) {
    return "Cannot use "
        + path.orElse(scheme + ":// paths")
        + ": Hadoop knows no file system for "
        + scheme
        + ":// ("
        + reason
        + "). "
        + (scheme.equals("s3") || scheme.equals("s3n")
            ? "Write s3a:// instead."
            : "Check the path. If it is right, give the same command with the jar of that file"
                + " system at its end: -- --jars FILE");
  }
}
