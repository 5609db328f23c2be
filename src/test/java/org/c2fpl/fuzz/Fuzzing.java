package org.c2fpl.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.c2fpl.errors.DataException;
import org.c2fpl.errors.UsageException;

/** Gives a reader hostile inputs and counts the outcomes. */
final class Fuzzing {
  /** No reader needs this long for some kilobytes, on any machine. */
  private static final long HANG_SECONDS = 20;

  /** The most that a reader may allocate for some kilobytes of any content. */
  private static final long MOST_BYTES = 64L << 20;

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /** Reads an input, and checks what it has read. */
  @FunctionalInterface
  interface Reader {
    void read(byte[] input) throws Exception;
  }

  /** The numbers of accepted inputs and of refused ones by exit code. */
  record Outcomes(String kind, int accepted, int refused64, int refused65) {}

  private Fuzzing() {}

  /**
   * Reads the valid inputs, which must be accepted, and then as many mutations of them.
   *
   * @throws AssertionError with the input in Base64, if it causes anything other than a refusal
   */
  static Outcomes run(String kind, int inputs, List<byte[]> valid, Reader reader)
      throws InterruptedException {
    ExecutorService thread = daemon(kind);
    try {
      for (byte[] each : valid) {
        assertThat(outcome(kind, -1, each, thread, reader)).as("valid %s", kind).isZero();
      }
      Mutations mutations = new Mutations(kind.hashCode(), valid);
      int[] counts = new int[3];
      for (int i = 0; i < inputs; i++) {
        counts[outcome(kind, i, mutations.next(), thread, reader)]++;
      }
      Outcomes outcomes = new Outcomes(kind, counts[0], counts[1], counts[2]);
      System.out.println(outcomes);
      return outcomes;
    } finally {
      thread.shutdownNow();
    }
  }

  /** 0 accepted, 1 refused with 64, 2 with 65. */
  private static int outcome(
      String kind, int number, byte[] input, ExecutorService thread, Reader reader)
      throws InterruptedException {
    Future<Long> allocated =
        thread.submit(
            () -> {
              long before = THREADS.getCurrentThreadAllocatedBytes();
              reader.read(input);
              return THREADS.getCurrentThreadAllocatedBytes() - before;
            });
    String which = kind + " " + number + ": " + Base64.getEncoder().encodeToString(input);
    try {
      assertThat(allocated.get(HANG_SECONDS, TimeUnit.SECONDS)).as(which).isLessThan(MOST_BYTES);
      return 0;
    } catch (TimeoutException e) {
      throw new AssertionError("no end: " + which, e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof UsageException) {
        return 1;
      }
      if (e.getCause() instanceof DataException) {
        return 2;
      }
      throw new AssertionError(which, e.getCause());
    }
  }

  private static ExecutorService daemon(String kind) {
    return Executors.newSingleThreadExecutor(
        task -> {
          Thread thread = new Thread(task, "fuzz " + kind);
          thread.setDaemon(true);
          return thread;
        });
  }
}
