package org.c2fpl.cli;

import java.io.IOException;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkConf;
import org.apache.spark.deploy.SparkHadoopUtil;
import org.apache.spark.sql.SparkSession;
import org.c2fpl.detector.NativeThreads;
import org.c2fpl.errors.DataException;
import org.c2fpl.errors.Failures;
import org.c2fpl.errors.FileFaults;
import org.c2fpl.gpu.Rapids;
import org.c2fpl.workspace.PosixLocalFileSystem;
import scala.Option;

/** Makes the Spark session. Settings of the user are kept; nothing sets a master's memory. */
public final class Sessions {
  static final String EVENT_LOG = "C2FPL_EVENT_LOG";

  /** Prefix of the id that Spark invents when a standalone master gave none. */
  private static final String NOT_REGISTERED = "spark-application-";

  private Sessions() {}

  /** The session that other code in this JVM starts and stops; null for none. */
  static SparkSession running() {
    Option<SparkSession> session = SparkSession.getDefaultSession();
    return session.isDefined() && !session.get().sparkContext().isStopped() ? session.get() : null;
  }

  /**
   * The session of a command: with spark-submit's master, or with the cores of this machine.
   *
   * @throws DataException if this is another Spark than the program's, Spark cannot be started as
   *     it is set up, or the jar of Spark-RAPIDS is needed and missing
   */
  public static SparkSession start(String command) {
    SparkVersion.check();
    SparkConf conf = new SparkConf();
    // SparkSubmit names an application without a name after its main class.
    if (conf.get("spark.app.name", Main.class.getName()).equals(Main.class.getName())) {
      conf.set("spark.app.name", "c2fpl " + command);
    }
    if (!conf.contains("spark.master")) {
      conf.set("spark.master", "local[*]");
      // Embedded: no web interface, no dependence on how this machine's name resolves.
      conf.setIfMissing("spark.ui.enabled", "false");
      conf.setIfMissing("spark.driver.host", "127.0.0.1");
      conf.setIfMissing("spark.driver.bindAddress", "127.0.0.1");
      // One process with the program on its class path, so the class is always found.
      conf.setIfMissing("spark.hadoop.fs.file.impl", PosixLocalFileSystem.class.getName());
    }
    if (conf.get("spark.master").startsWith("local")) {
      conf.setIfMissing(
          "spark.sql.shuffle.partitions",
          Integer.toString(Math.max(2, Runtime.getRuntime().availableProcessors())));
      // A task that runs out of memory fails but must not end this process, which reports it.
      conf.setIfMissing("spark.executor.killOnFatalError.depth", "0");
    }
    setEventLog(conf, System.getenv(EVENT_LOG));
    SparkSecret.settle(conf, System.getenv());
    setDefaults(conf);
    if (Rapids.pluginOn(conf) && !Rapids.jarPresent()) {
      throw new DataException(
          "Cannot start Spark: spark.plugins names "
              + Rapids.PLUGIN
              + ", but the jar of Spark-RAPIDS is not on the class path. Add '--jars "
              + Rapids.JAR
              + "' to spark-submit's arguments, or leave out conf/gpu.conf.");
    }
    SparkSession spark;
    try {
      spark = SparkSession.builder().config(conf).getOrCreate();
    } catch (Exception e) {
      // A refusal may come while Spark is still starting.
      if (SparkSecret.needed(conf)) {
        throw refused(conf, e);
      }
      if (Failures.meaning(e).isPresent()) {
        throw e;
      }
      throw new DataException(
          "Cannot start Spark: "
              + FileFaults.reason(e)
              + ". Check Spark's settings; its log"
              + CommandLines.logFile()
              + " says more.",
          e);
    }
    if (conf.get("spark.master").startsWith("spark://")
        && spark.sparkContext().applicationId().startsWith(NOT_REGISTERED)) {
      spark.stop();
      throw refused(conf, null);
    }
    return spark;
  }

  /**
   * Spark's message about a refusal looks like a lost cluster, so it is not passed on as the cause.
   */
  private static DataException refused(SparkConf conf, Exception told) {
    DataException refusal =
        new DataException(
            "Cannot join "
                + conf.get("spark.master")
                + ": the cluster did not take the application. Check that it is up"
                + (SparkSecret.needed(conf)
                    ? " and that spark.authenticate has the same secret here and there"
                    : "")
                + "; Spark's log has details.");
    if (told != null) {
      refusal.addSuppressed(told);
    }
    return refusal;
  }

  /**
   * Turns on the event log for the history server and creates its folder; does nothing if no folder
   * is named.
   */
  static void setEventLog(SparkConf conf, String folder) {
    if (folder == null || folder.isEmpty() || conf.contains("spark.eventLog.enabled")) {
      return;
    }
    Path path = new Path(folder);
    try {
      FileSystem fs = path.getFileSystem(SparkHadoopUtil.get().newConfiguration(conf));
      fs.mkdirs(path);
      conf.set("spark.eventLog.dir", fs.makeQualified(path).toString());
    } catch (IllegalArgumentException | IOException e) {
      throw new DataException(
          "Cannot write the event log to "
              + folder
              + ": "
              + e.getMessage()
              + ". Set "
              + EVENT_LOG
              + " to a folder that can be written.",
          e);
    }
    conf.set("spark.eventLog.enabled", "true");
    conf.setIfMissing("spark.eventLog.compress", "true");
    conf.setIfMissing("spark.eventLog.rolling.enabled", "true");
  }

  /** Settings on which the tables and the reproducibility of training depend. */
  public static void setDefaults(SparkConf conf) {
    SparkSettings.fix(conf).ifPresent(Console.standard()::warned);
    // Spark's default of 4,096 rows of features would be 33 MB, more than any CPU cache holds.
    conf.setIfMissing("spark.sql.parquet.columnarReaderBatchSize", "256");
    // Spark keeps 100 compiled classes. A run has more, so the next variant of an experiment would
    // compile the same plans again.
    conf.setIfMissing("spark.sql.codegen.cache.maxEntries", "1000");
    // Spark's progress bar would overwrite ours.
    conf.setIfMissing("spark.ui.showConsoleProgress", "false");
    // The number of native threads changes the bits of matrix products.
    conf.setIfMissing("spark.executorEnv.OMP_NUM_THREADS", "1");
    // So does the choice of their kernels.
    for (String name : NativeThreads.KERNEL_CHOICE) {
      if (System.getenv(name) != null) {
        conf.setIfMissing("spark.executorEnv." + name, System.getenv(name));
      }
    }
    MllibBlas.inJava(conf);
  }
}
