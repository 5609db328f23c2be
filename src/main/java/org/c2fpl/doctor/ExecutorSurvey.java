package org.c2fpl.doctor;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.storage.BlockManagerId;
import scala.Tuple2;
import scala.collection.JavaConverters;
import scala.collection.Seq;
import scala.reflect.ClassTag$;

/**
 * Examines every executor with a separate task, and reports those that were not reached.
 *
 * <p>A task is sent to an executor by its id. If the executor is busy for longer than {@code
 * spark.locality.wait}, Spark runs the task elsewhere. So a task returns where it ran, and missed
 * executors are tried again.
 */
final class ExecutorSurvey {
  private static final String DRIVER = "driver";
  private static final int ROUNDS = 4;
  private static final long EXECUTORS_COME_WITHIN_MS = 30_000;

  /**
   * The clock of a process, and the driver's clock before and after it answered. All in
   * milliseconds.
   */
  record Clock(long before, long theirs, long after) {
    /** The time by which it is certainly ahead; negative if it is behind. */
    long ahead() {
      return theirs < before ? theirs - before : Math.max(0, theirs - after);
    }
  }

  private final SparkContext spark;

  ExecutorSurvey(SparkContext spark) {
    this.spark = spark;
  }

  List<Finding> findings() {
    List<Finding> findings = new ArrayList<>();
    boolean local = spark.isLocal();
    findings.add(Examination.here().finding(local ? "this process" : "the driver", 0));
    if (local) {
      return findings;
    }
    int asked = asked();
    SortedMap<String, BlockManagerId> executors = executorsWithin(asked);
    if (executors.size() < asked) {
      findings.add(
          Finding.warning(
              "executors",
              executors.size() + " of " + asked + " that were requested are running",
              "Check the cluster's resources, or request fewer"));
    }
    SortedMap<String, Examination> examined = new TreeMap<>(byNumber());
    visit(executors, examined, () -> job(any -> Examination.here()), Examination::executor);
    SortedMap<String, Clock> clocks = clocks(executors);
    for (Map.Entry<String, BlockManagerId> executor : executors.entrySet()) {
      String id = executor.getKey();
      if (examined.containsKey(id)) {
        Examination found = examined.get(id);
        long ahead = clocks.containsKey(id) ? clocks.get(id).ahead() : 0;
        findings.add(found.finding("executor " + id + " on " + found.host(), ahead));
      } else {
        findings.add(
            Finding.warning(
                "executor " + id + " on " + executor.getValue().host(),
                "it was not reached",
                "Check whether it is alive and idle, and run doctor again"));
      }
    }
    if (executors.isEmpty()) {
      findings.add(Finding.failure("executors", "there is none", "Check the cluster's resources"));
    }
    if (examined.values().stream().map(Examination::threads).distinct().count() > 1) {
      findings.add(
          Finding.warning(
              "native threads",
              "executors differ in OMP_NUM_THREADS",
              "Set spark.executorEnv.OMP_NUM_THREADS=1: the number changes the bits of training"));
    }
    return findings;
  }

  /** The request of a located job to each executor. */
  private interface Job<T> {
    List<T> at(List<String> locations);
  }

  private <T> Job<T> job(Function<Integer, T> question) {
    return locations -> {
      List<Tuple2<Integer, Seq<String>>> tasks = new ArrayList<>();
      for (String location : locations) {
        tasks.add(
            new Tuple2<>(tasks.size(), JavaConverters.asScalaBuffer(List.of(location)).toSeq()));
      }
      JavaRDD<Integer> placed =
          spark
              .<Integer>makeRDD(
                  JavaConverters.asScalaBuffer(tasks).toSeq(),
                  ClassTag$.MODULE$.apply(Integer.class))
              .toJavaRDD();
      return placed.map(question).collect();
    };
  }

  /** Asks until every executor has answered, or for a limited number of rounds. */
  private <T> void visit(
      Map<String, BlockManagerId> executors,
      Map<String, T> answers,
      Supplier<Job<T>> job,
      java.util.function.Function<T, String> who) {
    for (int round = 0; round < ROUNDS; round++) {
      List<String> locations = new ArrayList<>();
      executors.forEach(
          (id, place) -> {
            if (!answers.containsKey(id)) {
              locations.add("executor_" + place.host() + "_" + id);
            }
          });
      if (locations.isEmpty()) {
        return;
      }
      job.get().at(locations).forEach(answer -> answers.put(who.apply(answer), answer));
    }
  }

  private SortedMap<String, Clock> clocks(Map<String, BlockManagerId> executors) {
    SortedMap<String, Tuple2<String, Long>> told = new TreeMap<>(byNumber());
    SortedMap<String, Clock> clocks = new TreeMap<>(byNumber());
    visit(
        executors,
        told,
        () ->
            locations -> {
              long before = System.currentTimeMillis();
              List<Tuple2<String, Long>> answers =
                  this.<Tuple2<String, Long>>job(
                          any ->
                              new Tuple2<>(SparkEnv.get().executorId(), System.currentTimeMillis()))
                      .at(locations);
              long after = System.currentTimeMillis();
              answers.forEach(
                  answer -> clocks.put(answer._1(), new Clock(before, answer._2(), after)));
              return answers;
            },
        Tuple2::_1);
    return clocks;
  }

  /** The number of executors that the settings request; 0 if the cluster decides. */
  private int asked() {
    boolean dynamic = spark.getConf().getBoolean("spark.dynamicAllocation.enabled", false);
    return dynamic ? 0 : spark.getConf().getInt("spark.executor.instances", 0);
  }

  /** The running executors, once all requested ones have registered or time is up. */
  private SortedMap<String, BlockManagerId> executorsWithin(int asked) {
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(EXECUTORS_COME_WITHIN_MS);
    SortedMap<String, BlockManagerId> executors = executors();
    while (executors.size() < Math.max(1, asked) && System.nanoTime() < deadline) {
      try {
        TimeUnit.MILLISECONDS.sleep(200);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return executors;
      }
      executors = executors();
    }
    return executors;
  }

  private SortedMap<String, BlockManagerId> executors() {
    SortedMap<String, BlockManagerId> executors = new TreeMap<>(byNumber());
    for (BlockManagerId id :
        JavaConverters.mapAsJavaMap(spark.env().blockManager().master().getMemoryStatus())
            .keySet()) {
      if (!id.executorId().equals(DRIVER)) {
        executors.put(id.executorId(), id);
      }
    }
    return executors;
  }

  /** Orders executor 10 after executor 9. */
  private static Comparator<String> byNumber() {
    return Comparator.comparingInt(String::length).thenComparing(Comparator.naturalOrder());
  }
}
