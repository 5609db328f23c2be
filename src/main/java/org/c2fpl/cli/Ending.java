package org.c2fpl.cli;

import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.util.ShutdownHookManager;
import org.c2fpl.errors.Failures;
import org.c2fpl.errors.InfrastructureException;
import org.c2fpl.errors.StreamByThread;
import org.c2fpl.stage.StageEvents;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends a command from outside its own thread: after a signal, or after an error on a thread of
 * Spark.
 *
 * <p>On a signal Java runs its shutdown hooks, and Spark's hook stops the session. That fails the
 * command, which then reports the signal, not the failure that followed from it, and writes its
 * record.
 *
 * <p>If an error ends a thread of Spark, the command would wait for ever. So the command is
 * interrupted and ends with that error; if it does not end, the process is halted.
 */
final class Ending implements StageEvents {
  /** Priority after Spark's hook (40) and before the closing of file systems (10). */
  private static final int AFTER_SPARK = 20;

  private static final int FIRST = 100;
  private static final long PATIENCE_SECONDS = 8;
  private static final Logger LOG = LoggerFactory.getLogger(Ending.class);

  private static volatile Ending current;

  private final CountDownLatch over = new CountDownLatch(1);
  private final Thread command;
  private final Console console;
  private volatile String stage;
  private volatile int epoch;
  private volatile RuntimeException cause;

  /**
   * @param command its thread
   */
  Ending(Thread command, Console console) {
    this.command = command;
    this.console = console;
  }

  /** Watches the command of this thread from now on. */
  static Ending watch(Console console) {
    Ending ending = new Ending(Thread.currentThread(), console);
    current = ending;
    ShutdownHookManager hooks = ShutdownHookManager.get();
    if (!hooks.isShutdownInProgress()) {
      hooks.addShutdownHook(ending::interrupted, FIRST);
      hooks.addShutdownHook(ending::await, AFTER_SPARK);
    }
    Thread.setDefaultUncaughtExceptionHandler(
        (thread, error) -> {
          LOG.error("thread {} has ended", thread.getName(), error);
          if (error instanceof Error fatal) {
            ending.failed(fatal);
          }
        });
    return ending;
  }

  /** The last command has ended and printed everything. */
  static void over() {
    Ending ended = current;
    if (ended != null) {
      ended.over.countDown();
      // The next command of this process starts afresh.
      current = null;
      Thread.setDefaultUncaughtExceptionHandler(null);
    }
  }

  /** The cause from outside that ended the last command, or else its own failure. */
  static Throwable meaning(Throwable failure) {
    Ending ended = current;
    RuntimeException known = ended == null ? null : ended.cause;
    if (known == null || known == failure) {
      return failure;
    }
    if (known.getSuppressed().length == 0) {
      known.addSuppressed(failure);
    }
    return known;
  }

  /** Runs on a signal, or when the process ends. */
  void interrupted() {
    if (over.getCount() > 0 && cause == null) {
      cause = new InfrastructureException(where() + "; the same command goes on.", null);
      // Scala threads print the stack traces of what Spark refuses while it stops.
      System.setErr(StreamByThread.of(command, System.err, OutputStream.nullOutputStream()));
    }
  }

  private String where() {
    if (stage == null) {
      return "Interrupted";
    }
    return "Interrupted in " + stage + (epoch > 0 ? " after epoch " + epoch : "");
  }

  /** Handles an error that ended another thread; returns when the command has ended, too. */
  void failed(Error error) {
    if (over.getCount() == 0 || cause != null) {
      return;
    }
    RuntimeException meaning =
        Failures.meaning(error).orElseGet(() -> new IllegalStateException(error.toString(), error));
    cause = meaning;
    command.interrupt();
    if (!await()) {
      Runtime.getRuntime().halt(CommandLines.exitCode(meaning));
    }
  }

  /** Waits for the command; prints why it ended if the command does not. */
  private boolean await() {
    try {
      if (over.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        return true;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    console.error(cause.getMessage());
    return false;
  }

  @Override
  public void started(String name) {
    stage = name;
    epoch = 0;
  }

  @Override
  public void finished(String name, Duration took, String summary) {
    epoch = 0;
  }

  @Override
  public void figure(Figure figure, double value) {
    if (figure == Figure.TRAINING_EPOCH) {
      epoch = (int) value;
    }
  }
}
