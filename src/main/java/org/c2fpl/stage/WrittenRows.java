package org.c2fpl.stage;

import java.util.HashSet;
import java.util.Set;
import java.util.function.LongConsumer;
import org.apache.spark.Success$;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import scala.collection.Iterator;

/** Adds up the rows that the ended tasks of some jobs have written. */
final class WrittenRows extends SparkListener {
  /** The local property that marks the jobs to count. */
  static final String JOB = "c2fpl.progress";

  private final String job;
  private final LongConsumer heard;
  private final Set<Object> stages = new HashSet<>();
  private long rows;

  WrittenRows(String job, LongConsumer heard) {
    this.job = job;
    this.heard = heard;
  }

  @Override
  public void onJobStart(SparkListenerJobStart start) {
    if (start.properties() != null && job.equals(start.properties().getProperty(JOB))) {
      for (Iterator<Object> ids = start.stageIds().iterator(); ids.hasNext(); ) {
        stages.add(ids.next());
      }
    }
  }

  @Override
  public void onTaskEnd(SparkListenerTaskEnd end) {
    if (stages.contains(end.stageId())
        && end.reason() == Success$.MODULE$
        && end.taskMetrics() != null) {
      rows += end.taskMetrics().outputMetrics().recordsWritten();
      heard.accept(rows);
    }
  }
}
