package org.c2fpl.memory;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.SparkConf;
import org.apache.spark.network.util.JavaUtils;
import org.bytedeco.javacpp.Pointer;
import org.c2fpl.errors.DataException;
import org.c2fpl.memory.MemoryVerdict.Role;

/** Checks the memory of driver and executors, from Spark's settings, before a stage. */
public final class MemoryPreflight {
  private static final long LEAST_OVERHEAD = 384L << 20;
  private static final Pattern MAX_BYTES =
      Pattern.compile("-Dorg\\.bytedeco\\.javacpp\\.maxbytes=(\\S+)");

  private static final Pattern LOCAL = Pattern.compile("local\\[(\\*|[0-9]{1,6})(?:,.*)?]");

  private MemoryPreflight() {}

  /**
   * Refuses a stage that does not fit, and warns if memory is tight.
   *
   * @throws DataException if a process has less memory than the stage needs
   */
  public static void check(SparkConf conf, MemoryNeed need, Consumer<String> warn) {
    for (MemoryVerdict verdict : verdicts(conf, need)) {
      switch (verdict.fit()) {
        case IMPOSSIBLE ->
            throw new DataException(
                "Cannot start "
                    + need.stage()
                    + ": "
                    + verdict.found()
                    + ". "
                    + verdict.toDo()
                    + ".");
        case TIGHT -> warn.accept(verdict.found() + ". " + verdict.toDo());
        case FITS -> {
          // Nothing to report.
        }
      }
    }
  }

  /** The budgets of the driver and, if executors are separate processes, of an executor. */
  public static List<MemoryVerdict> verdicts(SparkConf conf, MemoryNeed need) {
    List<MemoryVerdict> verdicts = new ArrayList<>();
    String master = conf.get("spark.master", "local");
    boolean local = master.startsWith("local");
    verdicts.add(
        MemoryVerdict.of(
            need, here("the driver", driverSlots(master)), local ? Role.LOCAL : Role.DRIVER));
    if (!local) {
      verdicts.add(MemoryVerdict.of(need, executor(conf), Role.EXECUTOR));
    }
    return verdicts;
  }

  /** The budget of this process, from its JVM, JavaCPP and control group. */
  public static MemoryBudget here(String process, int slots) {
    return new MemoryBudget(
        process,
        Runtime.getRuntime().maxMemory(),
        unlimitedIfZero(Pointer.maxBytes()),
        ContainerLimit.here(),
        slots);
  }

  /** The budget of an executor, from its start settings. */
  static MemoryBudget executor(SparkConf conf) {
    long heap = JavaUtils.byteStringAsBytes(conf.get("spark.executor.memory", "1g"));
    Matcher given = MAX_BYTES.matcher(conf.get("spark.executor.extraJavaOptions", ""));
    // JavaCPP's default is the size of the heap.
    long offHeap = given.find() ? unlimitedIfZero(bytes(given.group(1))) : heap;
    int cores = conf.getInt("spark.executor.cores", 1);
    int slots = Math.max(1, cores / Math.max(1, conf.getInt("spark.task.cpus", 1)));
    return new MemoryBudget("an executor", heap, offHeap, container(conf, heap), slots);
  }

  /** YARN and Kubernetes size the container by the settings; standalone workers know no limit. */
  private static ContainerLimit container(SparkConf conf, long heap) {
    String master = conf.get("spark.master", "");
    if (!master.startsWith("yarn") && !master.startsWith("k8s")) {
      return new ContainerLimit(ContainerLimit.UNKNOWN, false, "the worker's machine");
    }
    long overhead =
        conf.contains("spark.executor.memoryOverhead")
            ? JavaUtils.byteStringAsMb(conf.get("spark.executor.memoryOverhead")) << 20
            : Math.max(
                LEAST_OVERHEAD,
                (long) (heap * conf.getDouble("spark.executor.memoryOverheadFactor", 0.1)));
    long sparks =
        conf.getBoolean("spark.memory.offHeap.enabled", false)
            ? JavaUtils.byteStringAsBytes(conf.get("spark.memory.offHeap.size", "0"))
            : 0;
    return new ContainerLimit(
        heap + overhead + sparks, true, "spark.executor.memory and memoryOverhead");
  }

  /** Parses a size like JavaCPP: a number followed by k, m, g or t. */
  private static long bytes(String text) {
    return JavaUtils.byteStringAsBytes(text.toLowerCase(Locale.ROOT));
  }

  private static long unlimitedIfZero(long bytes) {
    return bytes <= 0 ? Long.MAX_VALUE : bytes;
  }

  /**
   * Parallel tasks in the driver's process; with separate executors the driver has one network
   * itself.
   */
  static int driverSlots(String master) {
    Matcher threads = LOCAL.matcher(master);
    if (!threads.matches()) {
      return 1;
    }
    return threads.group(1).equals("*")
        ? Runtime.getRuntime().availableProcessors()
        : Integer.parseInt(threads.group(1));
  }
}
