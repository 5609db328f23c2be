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
 * What ends a command from outside its own thread: a signal, or an error on a thread of Spark's.
 *
 * <p>On a signal Java runs its shutdown hooks, and Spark's stops the session. That fails the
 * command, which then reports the signal and not what it looks like, and writes its record.
 *
 * <p>A thread of Spark's that an error has ended leaves the command waiting for ever. So the
 * command is interrupted, and ends by that error; where it does not, the process is ended.
 */
final class Ending implements StageEvents {
  /** After Spark's hook, which has 40, and before file systems are closed, at 10. */
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

  /** Of this thread's command, from now on. */
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

  /** The last command has ended, and has said what there is to say. */
  static void over() {
    Ending ended = current;
    if (ended != null) {
      ended.over.countDown();
      // The next command of this process is another one.
      current = null;
      Thread.setDefaultUncaughtExceptionHandler(null);
    }
  }

  /** What ended the last command from outside, or else its own failure. */
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

  /** A signal has come, or the process is ending anyhow. */
  void interrupted() {
    if (over.getCount() > 0 && cause == null) {
      cause = new InfrastructureException(where() + "; the same command goes on.", null);
      // Threads of Scala's print the stack traces of what Spark refuses as it stops.
      System.setErr(StreamByThread.of(command, System.err, OutputStream.nullOutputStream()));
    }
  }

  private String where() {
    if (stage == null) {
      return "Interrupted";
    }
    return "Interrupted in " + stage + (epoch > 0 ? " after epoch " + epoch : "");
  }

  /** An error has ended another thread; returns when the command has ended, too. */
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

  /** Waits for the command; says why it was ended where it does not itself. */
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
