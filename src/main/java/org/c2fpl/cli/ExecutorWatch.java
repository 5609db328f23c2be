package org.c2fpl.cli;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkStatusTracker;
import org.c2fpl.stage.Words;

/**
 * Warns when work waits and the cluster gives no executor. Spark waits for ever and reports it only
 * in its log, so a busy cluster looks like one whose executors cannot start.
 */
final class ExecutorWatch implements AutoCloseable {
  static final Duration FIRST = Duration.ofSeconds(30);
  static final Duration AGAIN = Duration.ofMinutes(10);

  private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(5);

  private final BooleanSupplier starving;
  private final Consumer<String> warn;
  private final LongSupplier nanos;
  private final ScheduledExecutorService timer;

  private boolean waits;
  private long since;
  private long warnAfter;

  /**
   * @param starving whether work waits and no executor exists
   * @param nanos a clock that {@link #look} reads
   */
  ExecutorWatch(BooleanSupplier starving, Consumer<String> warn, LongSupplier nanos) {
    this(starving, warn, nanos, null);
  }

  private ExecutorWatch(
      BooleanSupplier starving,
      Consumer<String> warn,
      LongSupplier nanos,
      ScheduledExecutorService timer) {
    this.starving = starving;
    this.warn = warn;
    this.nanos = nanos;
    this.timer = timer;
  }

  /** Watches until closed; on a local master there is nothing to watch. */
  static ExecutorWatch over(SparkContext spark, Consumer<String> warn) {
    if (spark.isLocal()) {
      return new ExecutorWatch(() -> false, warn, System::nanoTime);
    }
    SparkStatusTracker tracker = spark.statusTracker();
    ScheduledExecutorService timer =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "c2fpl-executor-watch");
              thread.setDaemon(true);
              return thread;
            });
    ExecutorWatch watch =
        new ExecutorWatch(
            // The driver is one of them.
            () -> tracker.getActiveStageIds().length > 0 && tracker.getExecutorInfos().length <= 1,
            warn,
            System::nanoTime,
            timer);
    // Nothing reads this future; if one look fails, the watch ends.
    var unused =
        timer.scheduleWithFixedDelay(
            watch::look, 0, BETWEEN_LOOKS.toMillis(), TimeUnit.MILLISECONDS);
    return watch;
  }

  /** Looks once. */
  void look() {
    boolean before = waits;
    waits = starving.getAsBoolean();
    if (!waits) {
      return;
    }
    long now = nanos.getAsLong();
    if (!before) {
      since = now;
      warnAfter = FIRST.toNanos();
    }
    long waited = now - since;
    if (waited >= warnAfter) {
      warnAfter = waited + AGAIN.toNanos();
      warn.accept(
          "The cluster has given no executor for "
              + Words.readable(Duration.ofNanos(waited))
              + ", and work waits for one. Others may be using it; executors may ask for more"
              + " memory, cores or GPUs than a node has; or they end as soon as they start, and"
              + " their logs on the nodes show why.");
    }
  }

  @Override
  public void close() {
    if (timer != null) {
      timer.shutdownNow();
    }
  }
}
