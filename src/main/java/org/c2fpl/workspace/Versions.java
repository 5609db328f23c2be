package org.c2fpl.workspace;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;
import java.util.SortedMap;
import java.util.TreeMap;

/** The versions of the program and its libraries, for manifests. */
public final class Versions {
  private static final Properties BUILD = load();

  private Versions() {}

  /** This program's version. */
  public static String program() {
    return BUILD.getProperty("c2fpl");
  }

  /** Program, Spark, DL4J, ND4J and Java. */
  public static SortedMap<String, String> all() {
    SortedMap<String, String> versions = new TreeMap<>();
    versions.put("c2fpl", program());
    versions.put("spark", org.apache.spark.package$.MODULE$.SPARK_VERSION());
    versions.put("dl4j", BUILD.getProperty("dl4j"));
    versions.put("nd4j", BUILD.getProperty("nd4j"));
    versions.put("java", Runtime.version().toString());
    return versions;
  }

  private static Properties load() {
    try (InputStream in = Versions.class.getResourceAsStream("/org/c2fpl/versions.properties")) {
      Properties properties = new Properties();
      properties.load(in);
      return properties;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
