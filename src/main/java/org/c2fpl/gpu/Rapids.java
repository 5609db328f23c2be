package org.c2fpl.gpu;

import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.Dataset;
import org.apache.spark.util.MutableURLClassLoader;

/**
 * Spark-RAPIDS by the names of its classes: its jar, 600 MB, is neither built in nor needed, and
 * what asks for it works without it.
 */
public final class Rapids {
  /** What {@code spark.plugins} names. */
  public static final String PLUGIN = "com.nvidia.spark.SQLPlugin";

  /** The version that this program is compiled and checked with. */
  public static final String JAR = "rapids-4-spark_2.12-25.04.0.jar";

  /** The norm for the GPU, which is only in jars that were built with {@code -Prapids}. */
  public static final String NORM = "org.c2fpl.stats.GpuNormFunction";

  private static final String UDF = "com.nvidia.spark.RapidsUDF";
  private static final String EXPLAIN = "com.nvidia.spark.rapids.ExplainPlan";

  private static ClassLoader mutableLoader;

  private Rapids() {}

  /** Whether a session's queries run on GPUs where they can. */
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
   * What Spark-RAPIDS would make of a query: needs its jar, neither a GPU nor the plugin, and runs
   * nothing.
   *
   * @throws IllegalStateException if the jar is not there or cannot tell
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
      throw new IllegalStateException("Spark-RAPIDS cannot be asked: " + e, e);
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  /**
   * RAPIDS adds its classes for the Spark at hand to a loader of this kind, which spark-submit has.
   * One for all questions, for they are added once.
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
