package org.c2fpl.doctor;

import java.io.File;
import java.io.IOException;
import java.io.Serializable;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.spark.SparkEnv;
import org.c2fpl.detector.NativeBackend;
import org.c2fpl.memory.MemoryBudget;
import org.c2fpl.memory.MemoryNeed;
import org.c2fpl.memory.MemoryPreflight;
import org.c2fpl.memory.MemoryVerdict;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The report of a Spark process about itself.
 *
 * @param executor Spark's id of it; {@code driver} for the driver
 * @param threads OMP_NUM_THREADS, or {@code not set}
 * @param backend of ND4J and, if the build has the GPU backend but does not use it, the reason
 * @param problem of the native libraries; null without one
 * @param memory that it may use
 * @param freeDisk free bytes in Spark's local folders
 */
record Examination(
    String executor,
    String host,
    String java,
    int javaFeature,
    String threads,
    String backend,
    String problem,
    MemoryBudget memory,
    String localFolder,
    long freeDisk)
    implements Serializable {
  private static final long LITTLE_DISK = 2_000_000_000L;
  private static final long LARGE_SKEW = 2_000;

  /** The examination of this process. */
  static Examination here() {
    SparkEnv env = SparkEnv.get();
    File local = env.blockManager().diskBlockManager().localDirs()[0];
    String backend = "none";
    String problem = null;
    String host = env.blockManager().blockManagerId().host();
    try {
      backend = NativeBackend.described();
      INDArray product = Nd4j.ones(4, 8).mmul(Nd4j.ones(8, 4));
      if (product.getDouble(0) != 8.0) {
        problem = "a 4 x 8 by 8 x 4 product gave a wrong number";
      }
      host = InetAddress.getLocalHost().getHostName();
    } catch (IOException e) {
      // Fall back to the address that Spark uses.
    } catch (RuntimeException | LinkageError e) {
      problem = "natives do not load (" + e + ")";
    }
    return new Examination(
        env.executorId(),
        host,
        Runtime.version().toString(),
        Runtime.version().feature(),
        System.getenv().getOrDefault("OMP_NUM_THREADS", "not set"),
        backend,
        problem,
        MemoryPreflight.here("it", 1),
        local.getPath(),
        local.getUsableSpace());
  }

  /**
   * One line about everything, with the level of the worst part.
   *
   * @param clock milliseconds by which its clock is at least ahead of the driver's
   */
  Finding finding(String subject, long clock) {
    List<String> toDo = new ArrayList<>();
    Finding.Severity severity = Finding.Severity.OK;
    if (!threads.equals("1")) {
      severity = Finding.Severity.WARNING;
      toDo.add(
          "Set OMP_NUM_THREADS=1 (spark.executorEnv.OMP_NUM_THREADS on executors): the number of"
              + " native threads changes the bits of training");
    }
    if (freeDisk < LITTLE_DISK) {
      severity = Finding.Severity.WARNING;
      toDo.add("Free some disk, or set spark.local.dir: shuffles and training keep files there");
    }
    if (Math.abs(clock) > LARGE_SKEW) {
      severity = Finding.Severity.WARNING;
      toDo.add("Set its clock by NTP: Kerberos and object stores refuse clocks that differ");
    }
    MemoryVerdict verdict =
        MemoryVerdict.of(MemoryNeed.none(), memory, MemoryVerdict.Role.EXECUTOR);
    if (verdict.toDo() != null) {
      severity = Finding.Severity.WARNING;
      toDo.add(verdict.toDo());
    }
    if (javaFeature != 17) {
      severity = Finding.Severity.FAILURE;
      toDo.add("Set JAVA_HOME to a JDK 17 on that machine");
    }
    if (problem != null) {
      severity = Finding.Severity.FAILURE;
      toDo.add(
          "The jar has the natives of one platform: build it with -Dnatives.platform=... for this"
              + " one");
    }
    return new Finding(
        severity, subject, found(clock), toDo.isEmpty() ? null : String.join(". ", toDo));
  }

  private String found(long clock) {
    return String.format(
        Locale.ROOT,
        "Java %s, %s, OMP_NUM_THREADS %s, %s, %.1f GB free in %s, clock %s",
        java,
        problem == null ? backend : problem,
        threads,
        MemoryVerdict.of(MemoryNeed.none(), memory, MemoryVerdict.Role.EXECUTOR).found(),
        freeDisk / 1e9,
        localFolder,
        clock == 0
            ? "as the driver's"
            : String.format(
                Locale.ROOT,
                "%.1f s %s the driver's",
                Math.abs(clock) / 1e3,
                clock > 0 ? "ahead of" : "behind"));
  }
}
