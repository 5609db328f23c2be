package org.c2fpl.detector;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.util.function.BooleanSupplier;
import org.c2fpl.errors.StreamByThread;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.factory.Nd4jBackend;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which of ND4J's backends works in this process: CUDA's where the build has it (the Maven profile
 * {@code gpu}) and a GPU can be used, else the CPU's.
 *
 * <p>ND4J falls back by itself, but prints a stack trace to everybody who has no GPU, and offers no
 * way not to. Here the trace goes to the log, and the reason is kept in words.
 */
public final class NativeBackend {
  private static final Logger LOG = LoggerFactory.getLogger(NativeBackend.class);
  private static final String CUDA = "org.c2fpl.detector.CudaBackend";

  private static final String WHY_NO_GPU = whyNoGpu(cuda());

  static {
    if (WHY_NO_GPU != null) {
      LOG.info("No usable GPU was found ({}), so the CPU is used", WHY_NO_GPU);
      String said = quietly(Nd4j::getBackend);
      LOG.debug("{}", said);
    }
  }

  private NativeBackend() {}

  /** Chooses; whoever touches ND4J first has to call this before. */
  static void load() {
    // The initialiser has done it.
  }

  /** The backend's name, and why it is not CUDA's where the build has that one. */
  public static String described() {
    return described(Nd4j.getBackend().getClass().getSimpleName(), WHY_NO_GPU);
  }

  static String described(String name, String whyNoGpu) {
    return whyNoGpu == null
        ? name
        : name + ": no usable GPU was found (" + whyNoGpu + ") and the CPU is used";
  }

  /** Null where this build has no such backend. */
  private static Nd4jBackend cuda() {
    try {
      return Class.forName(CUDA).asSubclass(Nd4jBackend.class).getConstructor().newInstance();
    } catch (ReflectiveOperationException | LinkageError e) {
      // The latter where a class folder still has what a build with the profile left there.
      return null;
    }
  }

  private static String whyNoGpu(Nd4jBackend cuda) {
    if (cuda == null) {
      return null;
    }
    String[] why = new String[1];
    // JavaCPP warns there that CUDA's classes are of an older version than its own.
    String said = quietly(() -> why[0] = whyNot(cuda::canRun));
    LOG.debug("{}", said);
    return why[0];
  }

  /** Why a backend cannot run; null where it can. */
  static String whyNot(BooleanSupplier canRun) {
    try {
      return canRun.getAsBoolean() ? null : "ND4J gives no reason";
    } catch (RuntimeException | LinkageError e) {
      Throwable cause = e;
      while (cause.getCause() != null) {
        cause = cause.getCause();
      }
      String message = cause.getMessage() == null ? cause.toString() : cause.getMessage();
      // Of a library that lacks another one, the other one matters.
      return message.replaceFirst("^/\\S+: ", "");
    }
  }

  /** What the calling thread wrote to the standard error meanwhile; others still write there. */
  static String quietly(Runnable work) {
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    PrintStream before = System.err;
    PrintStream during = StreamByThread.of(Thread.currentThread(), said, before);
    System.setErr(during);
    try {
      work.run();
    } finally {
      if (System.err == during) {
        System.setErr(before);
      }
    }
    return said.toString(Charset.defaultCharset());
  }
}
