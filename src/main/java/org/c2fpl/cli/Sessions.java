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

/** Makes the Spark session; what the user set is kept, nothing sets a master's memory. */
public final class Sessions {
  static final String EVENT_LOG = "C2FPL_EVENT_LOG";

  /** How the id starts that Spark makes up where a standalone master gave none. */
  private static final String NOT_REGISTERED = "spark-application-";

  private Sessions() {}

  /** The session that somebody else in this JVM has started, and stops; null for none. */
  static SparkSession running() {
    Option<SparkSession> session = SparkSession.getDefaultSession();
    return session.isDefined() && !session.get().sparkContext().isStopped() ? session.get() : null;
  }

  /**
   * The session of a command: spark-submit's master, or this machine's cores.
   *
   * @throws DataException if this is another Spark than the program's, it cannot be started as it
   *     is set up, or Spark-RAPIDS is to be used and its jar is not there
   */
  public static SparkSession start(String command) {
    SparkVersion.check();
    SparkConf conf = new SparkConf();
    // SparkSubmit names an application for which nobody has a name after its main class.
    if (conf.get("spark.app.name", Main.class.getName()).equals(Main.class.getName())) {
      conf.set("spark.app.name", "c2fpl " + command);
    }
    if (!conf.contains("spark.master")) {
      conf.set("spark.master", "local[*]");
      // Embedded: no web interface, no dependence on how this machine's name resolves.
      conf.setIfMissing("spark.ui.enabled", "false");
      conf.setIfMissing("spark.driver.host", "127.0.0.1");
      conf.setIfMissing("spark.driver.bindAddress", "127.0.0.1");
      // One process whose class path has the program, so the class is found from anywhere.
      conf.setIfMissing("spark.hadoop.fs.file.impl", PosixLocalFileSystem.class.getName());
    }
    if (conf.get("spark.master").startsWith("local")) {
      conf.setIfMissing(
          "spark.sql.shuffle.partitions",
          Integer.toString(Math.max(2, Runtime.getRuntime().availableProcessors())));
      // A task that runs out of memory fails, and ends no process: this one has something to say.
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
              + "' to spark-submit's arguments, or leave conf/gpu.conf away.");
    }
    SparkSession spark;
    try {
      spark = SparkSession.builder().config(conf).getOrCreate();
    } catch (Exception e) {
      // A refusal may come while Spark is still about to start.
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

  /** What Spark says of a refusal reads like a cluster that was lost, so it is not the cause. */
  private static DataException refused(SparkConf conf, Exception told) {
    DataException refusal =
        new DataException(
            "Cannot join "
                + conf.get("spark.master")
                + ": the cluster did not take the application. Check that it is up"
                + (SparkSecret.needed(conf)
                    ? " and that spark.authenticate has the same secret here and there"
                    : "")
                + "; Spark's log tells more.");
    if (told != null) {
      refusal.addSuppressed(told);
    }
    return refusal;
  }

  /** What ran, for the history server, in a folder that is made; nothing where none is named. */
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

  /** Settings that the tables and the reproducibility of training rest on. */
  public static void setDefaults(SparkConf conf) {
    SparkSettings.fix(conf).ifPresent(Console.standard()::warned);
    // 4,096 rows of features, Spark's default, are 33 MB to fill and read again: no cache holds
    // that.
    conf.setIfMissing("spark.sql.parquet.columnarReaderBatchSize", "256");
    // Spark keeps 100 compiled classes. A run has more of them, and what runs the same plans again
    // (an experiment's next variant) compiled them all anew.
    conf.setIfMissing("spark.sql.codegen.cache.maxEntries", "1000");
    // Spark's own bar would be drawn over ours.
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
