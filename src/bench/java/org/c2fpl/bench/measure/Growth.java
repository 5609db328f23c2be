package org.c2fpl.bench.measure;

import com.sun.management.GarbageCollectionNotificationInfo;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import javax.management.Notification;
import javax.management.NotificationEmitter;
import javax.management.openmbean.CompositeData;

/** Seconds and heap of the stages on one size of footage. */
final class Growth {
  private static final int WARM_UPS = 3;
  private static final int RUNS = 7;

  private final AtomicLong afterCollection = new AtomicLong();

  private Growth() {}

  /** {@code growth <workspace> <denominator> <smallest workspace>}. */
  static void measure(String[] arguments) throws Exception {
    Growth growth = new Growth();
    growth.listen();
    Stages stages = Stages.open(arguments[0]);
    // The compiler's work, which is the same for any size, would bend the line. On the smallest
    // footage it leaves nothing that grows with the footage.
    Stages smallest = stages.other(arguments[2]);
    for (int i = 0; i < WARM_UPS; i++) {
      smallest.runLabels();
    }
    smallest.runTrain();
    for (int i = 0; i < WARM_UPS; i++) {
      smallest.runScore();
    }
    String size = arguments[1];
    growth.stage("stats", size, stages, RUNS, stages::runStats);
    stages.runCoarse();
    growth.stage("fine", size, stages, RUNS, stages::runFine);
    growth.stage("train", size, stages, 1, stages::runTrain);
    growth.stage("score", size, stages, 1, stages::runScore);
  }

  /**
   * Several runs of a stage that takes a second, since a single one would be noise; so many to warm
   * up.
   */
  private void stage(String stage, String size, Stages stages, int runs, Measurement.Work work)
      throws Exception {
    for (int i = 0; i < runs - 1; i++) {
      work.run();
    }
    System.gc();
    afterCollection.set(0);
    double[] seconds = new double[runs];
    for (int i = 0; i < runs; i++) {
      seconds[i] = Measurement.seconds(work);
    }
    long largest = afterCollection.get();
    System.gc();
    MemoryUsage live = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
    Arrays.sort(seconds);
    Measurement.of(stage + " 1/" + size)
        .with("seconds", seconds[runs / 2])
        .with("rows", stages.segments())
        .with("live_mb", live.getUsed() / 1e6)
        .with("largest_mb", Math.max(largest, live.getUsed()) / 1e6)
        .print();
  }

  private void listen() {
    for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
      ((NotificationEmitter) collector).addNotificationListener(this::collected, null, null);
    }
  }

  private void collected(Notification notification, Object handback) {
    if (!notification
        .getType()
        .equals(GarbageCollectionNotificationInfo.GARBAGE_COLLECTION_NOTIFICATION)) {
      return;
    }
    long heap =
        GarbageCollectionNotificationInfo.from((CompositeData) notification.getUserData())
            .getGcInfo()
            .getMemoryUsageAfterGc()
            .entrySet()
            .stream()
            .filter(pool -> pool.getKey().startsWith("G1") || pool.getKey().contains("Gen"))
            .mapToLong(pool -> pool.getValue().getUsed())
            .sum();
    afterCollection.accumulateAndGet(heap, Math::max);
  }
}
