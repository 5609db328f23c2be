package org.c2fpl.doctor;

import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;
import org.c2fpl.detector.ModelStore;
import org.c2fpl.errors.DataException;
import org.c2fpl.errors.FileFaults;
import org.c2fpl.gpu.Rapids;
import org.c2fpl.memory.MemoryNeed;
import org.c2fpl.memory.MemoryPreflight;
import org.c2fpl.memory.MemoryVerdict;
import org.c2fpl.workspace.Leaf;
import org.c2fpl.workspace.Table;
import org.c2fpl.workspace.Workspace;

/** Checks Java, Spark, every executor, memory settings, RAPIDS, the file system. */
public final class Doctor {
  private static final String TABLES = "tables";
  private static final String TESTED_SPARK = "3.5.";

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
    findings.addAll(new ExecutorSurvey(spark.sparkContext()).findings());
    findings.addAll(memory());
    findings.add(rapids());
    if (workspace != null) {
      findings.add(fileSystem(workspace));
      findings.addAll(tables(workspace));
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

  /** One finding per verdict: the sums by which stages are refused. */
  private List<Finding> memory() {
    List<Finding> findings = new ArrayList<>();
    for (MemoryVerdict verdict : MemoryPreflight.verdicts(conf, MemoryNeed.none())) {
      findings.add(
          switch (verdict.fit()) {
            case FITS -> Finding.ok("memory", verdict.found());
            case TIGHT -> Finding.warning("memory", verdict.found(), verdict.toDo());
            case IMPOSSIBLE -> Finding.failure("memory", verdict.found(), verdict.toDo());
          });
    }
    return findings;
  }

  private Finding rapids() {
    boolean wanted = Rapids.pluginOn(conf);
    if (wanted && !Rapids.normBuilt()) {
      return Finding.warning(
          "RAPIDS",
          "plugin on, but this program's jar has no norm for the GPU: stats computes norms on the"
              + " CPU",
          "Build it with 'mvn package -Prapids'");
    }
    return Finding.ok(
        "RAPIDS",
        wanted
            ? "plugin on"
            : "not in use" + (Rapids.jarPresent() ? " (its jar is on the class path)" : ""));
  }

  /** One finding per damaged table, or one for all. */
  private static List<Finding> tables(Workspace workspace) {
    List<Finding> findings = new ArrayList<>();
    int whole = 0;
    for (Table table : Table.values()) {
      try {
        for (Leaf leaf : workspace.leaves(table)) {
          workspace
              .damage(leaf)
              .ifPresent(found -> findings.add(Finding.failure(TABLES, found, null)));
          whole++;
        }
      } catch (DataException e) {
        findings.add(Finding.failure(TABLES, e.getMessage(), null));
      }
    }
    ModelStore models = new ModelStore(workspace);
    try {
      models.current().ifPresent(models::load);
    } catch (DataException e) {
      findings.add(Finding.failure("model", e.getMessage(), null));
    }
    if (findings.isEmpty()) {
      findings.add(Finding.ok(TABLES, whole + " in the workspace, all complete"));
    }
    return findings;
  }

  private static Finding fileSystem(Workspace workspace) {
    Path probe = workspace.path("_doctor-" + System.nanoTime());
    Path renamed = new Path(probe.getParent(), probe.getName() + "-renamed");
    FileSystem fs = workspace.fileSystem();
    try {
      boolean there = fs.exists(workspace.root());
      try (OutputStream out = fs.create(probe, false)) {
        out.write(1);
      }
      boolean works = fs.rename(probe, renamed) && fs.getFileStatus(renamed).getLen() == 1;
      fs.delete(renamed, false);
      if (!there) {
        // Created by the probe; the user may have misspelt the path.
        fs.delete(workspace.root(), false);
      }
      return works
          ? Finding.ok(
              "workspace",
              workspace.root() + " can be written" + (there ? "" : " (it does not exist yet)"))
          : Finding.failure(
              "workspace", workspace.root() + " does not rename files", "Use another file system");
    } catch (IOException e) {
      return Finding.failure(
          "workspace",
          workspace.root() + " cannot be written (" + FileFaults.reason(e) + ")",
          "Check permissions, quota and the file system's settings");
    }
  }
}
