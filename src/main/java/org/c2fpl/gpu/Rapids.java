package org.c2fpl.gpu;

import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.Dataset;
import org.apache.spark.util.MutableURLClassLoader;

/**
 * Access to Spark-RAPIDS by the names of its classes: its jar of 600 MB is neither bundled nor
 * required, and callers work without it.
 */
public final class Rapids {
  /** The plugin class for {@code spark.plugins}. */
  public static final String PLUGIN = "com.nvidia.spark.SQLPlugin";

  /** The version with which this program is compiled and tested. */
  public static final String JAR = "rapids-4-spark_2.12-25.04.0.jar";

  /** The norm for the GPU, which only jars built with {@code -Prapids} contain. */
  public static final String NORM = "org.c2fpl.stats.GpuNormFunction";

  private static final String UDF = "com.nvidia.spark.RapidsUDF";
  private static final String EXPLAIN = "com.nvidia.spark.rapids.ExplainPlan";

  private static ClassLoader mutableLoader;

  private Rapids() {}

  /** Whether the queries of a session run on GPUs if possible. */
  public static boolean pluginOn(SparkConf conf) {
    return conf.get("spark.plugins", "").contains(PLUGIN);
  }

  /** Whether the jar of Spark-RAPIDS is on the class path. */
  public static boolean jarPresent() {
    return present(UDF);
  }

  /** Whether this program's jar has the norm for the GPU. */
  public static boolean normBuilt() {
    return Rapids.class.getResource("/" + NORM.replace('.', '/') + ".class") != null;
  }

  private static boolean present(String name) {
    try {
      Class.forName(name, false, Rapids.class.getClassLoader());
      return true;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }

  /**
   * The plan of Spark-RAPIDS for a query. It needs the jar but neither a GPU nor the plugin, and
   * runs nothing.
   *
   * @throws IllegalStateException if the jar is missing or cannot explain the query
   */
  public static GpuPlan explain(Dataset<?> query) {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(mutable(before));
    try {
      Object text =
          Class.forName(EXPLAIN, true, Rapids.class.getClassLoader())
              .getMethod("explainPotentialGpuPlan", Dataset.class, String.class)
              .invoke(null, query, "ALL");
      return GpuPlan.parse((String) text);
    } catch (InvocationTargetException e) {
      throw new IllegalStateException(
          "Spark-RAPIDS cannot explain a query: " + e.getCause(), e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("Spark-RAPIDS cannot be used: " + e, e);
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  /**
   * RAPIDS adds its classes for the current Spark to a loader of this kind, which spark-submit has.
   * One loader for all calls, because they are added only once.
   */
  private static synchronized ClassLoader mutable(ClassLoader given) {
    if (given instanceof MutableURLClassLoader) {
      return given;
    }
    if (mutableLoader == null) {
      mutableLoader = new MutableURLClassLoader(new URL[0], Rapids.class.getClassLoader());
    }
    return mutableLoader;
  }
}
