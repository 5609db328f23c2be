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
 * Chooses the ND4J backend of this process: CUDA if the build has it (the Maven profile {@code
 * gpu}) and a GPU can be used, else the CPU.
 *
 * <p>ND4J falls back by itself, but always prints a stack trace if there is no GPU. Here the trace
 * goes to the log, and the reason is kept as text.
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

  /** Chooses the backend; must be called before the first use of ND4J. */
  static void load() {
    // The static initialiser has chosen it.
  }

  /** The name of the backend and, if the build has CUDA but does not use it, the reason. */
  public static String described() {
    return described(Nd4j.getBackend().getClass().getSimpleName(), WHY_NO_GPU);
  }

  static String described(String name, String whyNoGpu) {
    return whyNoGpu == null
        ? name
        : name + ": no usable GPU was found (" + whyNoGpu + ") and the CPU is used";
  }

  /** Null if this build has no such backend. */
  private static Nd4jBackend cuda() {
    try {
      return Class.forName(CUDA).asSubclass(Nd4jBackend.class).getConstructor().newInstance();
    } catch (ReflectiveOperationException | LinkageError e) {
      // The latter happens if a class folder still has classes from a build with the profile.
      return null;
    }
  }

  private static String whyNoGpu(Nd4jBackend cuda) {
    if (cuda == null) {
      return null;
    }
    String[] why = new String[1];
    // JavaCPP warns there that the CUDA classes have an older version than its own.
    String said = quietly(() -> why[0] = whyNot(cuda::canRun));
    LOG.debug("{}", said);
    return why[0];
  }

  /** Why a backend cannot run; null if it can. */
  static String whyNot(BooleanSupplier canRun) {
    try {
      return canRun.getAsBoolean() ? null : "ND4J gives no reason";
    } catch (RuntimeException | LinkageError e) {
      Throwable cause = e;
      while (cause.getCause() != null) {
        cause = cause.getCause();
      }
      String message = cause.getMessage() == null ? cause.toString() : cause.getMessage();
      // If a library lacks another library, the other one is the cause.
      return message.replaceFirst("^/\\S+: ", "");
    }
  }

  /**
   * The text that the calling thread wrote to standard error meanwhile; other threads still write
   * there.
   */
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
