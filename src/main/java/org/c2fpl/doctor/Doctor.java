package org.c2fpl.doctor;

import java.io.IOException;
import java.io.OutputStream;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.network.util.JavaUtils;
import org.apache.spark.sql.SparkSession;
import org.c2fpl.gpu.Rapids;
import org.c2fpl.workspace.FileFaults;
import org.c2fpl.workspace.Workspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Checks Java, Spark, ND4J's natives on driver and executors, the file system, RAPIDS, memory. */
public final class Doctor {
  private static final String TESTED_SPARK = "3.5.";
  private static final String MAX_BYTES = "org.bytedeco.javacpp.maxbytes";

  private final SparkSession spark;
  private final SparkConf conf;

  public Doctor(SparkSession spark) {
    this.spark = spark;
    this.conf = spark.sparkContext().getConf();
  }

  /**
   * Runs all checks.
   *
   * @param workspace the workspace to try; null for none
   */
  public List<Finding> examine(Workspace workspace) {
    List<Finding> findings = new ArrayList<>();
    findings.add(java());
    findings.add(sparkVersion());
    findings.addAll(natives());
    findings.add(memory());
    findings.add(rapids());
    if (workspace != null) {
      findings.add(fileSystem(workspace));
    }
    return findings;
  }

  private static Finding java() {
    String found = Runtime.version() + " at " + System.getProperty("java.home");
    return Runtime.version().feature() == 17
        ? Finding.ok("Java", found)
        : Finding.failure("Java", found, "Set JAVA_HOME to a JDK 17 on every machine");
  }

  private Finding sparkVersion() {
    String found = spark.version() + ", master " + conf.get("spark.master");
    return spark.version().startsWith(TESTED_SPARK)
        ? Finding.ok("Spark", found)
        : Finding.failure("Spark", found, "Use Spark 3.5 for Scala 2.12");
  }

  /** What a JVM tells about its native backend. */
  record Natives(String host, String threads, String backend, String problem)
      implements Serializable {}

  private List<Finding> natives() {
    List<Finding> findings = new ArrayList<>();
    findings.add(finding("ND4J on the driver", nativesHere()));
    int tasks = Math.max(spark.sparkContext().defaultParallelism(), 2);
    List<Natives> everywhere =
        JavaSparkContext.fromSparkContext(spark.sparkContext())
            .parallelize(IntStream.range(0, tasks).boxed().toList(), tasks)
            .map(any -> nativesHere())
            .distinct()
            .collect();
    TreeSet<String> hosts = new TreeSet<>();
    for (Natives natives : everywhere) {
      if (hosts.add(natives.host() + natives.problem())) {
        findings.add(finding("ND4J on executor " + natives.host(), natives));
      }
    }
    if (everywhere.stream().map(Natives::threads).distinct().count() > 1) {
      findings.add(
          Finding.warning(
              "native threads",
              "executors differ in OMP_NUM_THREADS",
              "Set spark.executorEnv.OMP_NUM_THREADS=1: the number changes the bits of training"));
    }
    return findings;
  }

  private static Finding finding(String subject, Natives natives) {
    if (natives.problem() != null) {
      return Finding.failure(
          subject,
          natives.problem(),
          "The jar has the natives of one platform: build it with -Dnatives.platform=... for this"
              + " one");
    }
    String found = natives.backend() + ", OMP_NUM_THREADS " + natives.threads();
    return natives.threads().equals("1")
        ? Finding.ok(subject, found)
        : Finding.warning(
            subject,
            found,
            "Set OMP_NUM_THREADS=1 (spark.executorEnv.OMP_NUM_THREADS on executors): the number of"
                + " native threads changes the bits of training");
  }

  private static Natives nativesHere() {
    String threads = System.getenv().getOrDefault("OMP_NUM_THREADS", "not set");
    try {
      INDArray product = Nd4j.ones(4, 8).mmul(Nd4j.ones(8, 4));
      String problem =
          product.getDouble(0) == 8.0 ? null : "a 4 x 8 by 8 x 4 product gave a wrong number";
      return new Natives(
          java.net.InetAddress.getLocalHost().getHostName(),
          threads,
          Nd4j.getBackend().getClass().getSimpleName(),
          problem);
    } catch (IOException | RuntimeException | LinkageError e) {
      return new Natives("unknown", threads, "none", "natives do not load (" + e + ")");
    }
  }

  private Finding memory() {
    long heap = Runtime.getRuntime().maxMemory();
    String limit = System.getProperty(MAX_BYTES);
    String found =
        String.format(
            Locale.ROOT,
            "driver heap %d MiB, off-heap limit %s",
            heap >> 20,
            limit == null ? "not set (as much again)" : limit);
    if (!conf.contains("spark.executor.memoryOverhead") || local()) {
      return Finding.ok("memory", found);
    }
    String options = conf.get("spark.executor.extraJavaOptions", "");
    int at = options.indexOf(MAX_BYTES + "=");
    if (at < 0) {
      return Finding.warning(
          "memory",
          found + "; executors have no off-heap limit",
          "Add -D" + MAX_BYTES + "=2g to spark.executor.extraJavaOptions");
    }
    String executorLimit = options.substring(at + MAX_BYTES.length() + 1).strip();
    executorLimit = executorLimit.replaceFirst("\\s.*", "");
    long offHeap = JavaUtils.byteStringAsBytes(executorLimit);
    long overhead = JavaUtils.byteStringAsMb(conf.get("spark.executor.memoryOverhead")) << 20;
    return offHeap < overhead
        ? Finding.ok("memory", found)
        : Finding.failure(
            "memory",
            "executors may take "
                + executorLimit
                + " off-heap of a memoryOverhead of "
                + conf.get("spark.executor.memoryOverhead"),
            "Make spark.executor.memoryOverhead larger, or " + MAX_BYTES + " smaller");
  }

  private Finding rapids() {
    boolean wanted = Rapids.pluginOn(conf);
    if (wanted && !Rapids.normBuilt()) {
      return Finding.warning(
          "RAPIDS",
          "plugin on, but this program's jar has no norm for the GPU: stats computes norms on the CPU",
          "Build it with 'mvn package -Prapids'");
    }
    return Finding.ok(
        "RAPIDS",
        wanted ? "plugin on" : "not in use" + (Rapids.jarPresent() ? " (its jar is there)" : ""));
  }

  private static Finding fileSystem(Workspace workspace) {
    Path probe = workspace.path("_doctor-" + System.nanoTime());
    Path renamed = new Path(probe.getParent(), probe.getName() + "-renamed");
    FileSystem fs = workspace.fileSystem();
    try {
      try (OutputStream out = fs.create(probe, false)) {
        out.write(1);
      }
      boolean works = fs.rename(probe, renamed) && fs.getFileStatus(renamed).getLen() == 1;
      fs.delete(renamed, false);
      return works
          ? Finding.ok("workspace", workspace.root() + " can be written")
          : Finding.failure(
              "workspace", workspace.root() + " does not rename files", "Use another file system");
    } catch (IOException e) {
      return Finding.failure(
          "workspace",
          workspace.root() + " cannot be written (" + FileFaults.reason(e) + ")",
          "Check permissions, quota and the file system's settings");
    }
  }

  private boolean local() {
    return conf.get("spark.master").startsWith("local");
  }
}
