package org.c2fpl.stage;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.SparkSession;

/**
 * The progress of a stage over all of its parts. It never decreases and costs nothing per row: it
 * counts only finished tasks, and only if a listener shows it.
 */
public final class Progress implements AutoCloseable {
  private static final int BAR = 24;
  private static final double SECOND = 1e9;

  private final StageEvents events;
  private final String name;
  private final long total;
  private final String noun;
  private final long began = System.nanoTime();
  private final AtomicLong done = new AtomicLong();
  private long behind;
  private long skipped;
  private volatile String note = "";
  private volatile double left = Double.NaN;
  private volatile long estimated;

  Progress(StageEvents events, String name, long total, String noun) {
    this.events = events;
    this.name = name;
    this.total = total;
    this.noun = noun;
    events.progress(this);
  }

  /** Progress that shows nothing. */
  static Progress none() {
    return new Progress(StageEvents.NONE, "", 0, "");
  }

  /** Sets the number done; some were done before and took no time. */
  public void resumed(long count) {
    skipped = count;
    reached(count);
  }

  /** Sets the number done; a smaller number than before is ignored. */
  public void reached(long count) {
    long now = Math.min(count, total);
    if (done.getAndAccumulate(now, Math::max) < now && now > skipped) {
      long time = System.nanoTime();
      double mean = (time - began) / SECOND / (now - skipped);
      left = (total - now) * mean;
      estimated = time;
    }
  }

  /** The text after the numbers. */
  public void note(String text) {
    note = text;
  }

  /** Skips a part without work. */
  public void skip(long count) {
    behind += count;
    skipped += count;
    reached(behind);
  }

  /** Runs a job that writes rows, and counts its finished tasks. */
  public long rows(SparkSession spark, LongSupplier write) {
    if (!events.watchesProgress()) {
      return write.getAsLong();
    }
    long before = behind;
    SparkContext context = spark.sparkContext();
    String job = UUID.randomUUID().toString();
    WrittenRows tasks = new WrittenRows(job, rows -> reached(before + rows));
    context.addSparkListener(tasks);
    context.setLocalProperty(WrittenRows.JOB, job);
    try {
      long rows = write.getAsLong();
      behind = before + rows;
      reached(behind);
      return rows;
    } finally {
      context.setLocalProperty(WrittenRows.JOB, null);
      context.removeSparkListener(tasks);
    }
  }

  /** The text, shortened to so many columns. */
  public String text(int width) {
    long now = done.get();
    double share = total == 0 ? 1 : now / (double) total;
    double seconds = (System.nanoTime() - began) / SECOND;
    String percent = String.format(Locale.ROOT, "%-9s %3d %%", name, (long) (100 * share));
    List<String> facts = new ArrayList<>();
    // Between two estimates it counts down.
    double remaining = left - (System.nanoTime() - estimated) / SECOND;
    if (!Double.isNaN(left) && now < total) {
      facts.add(Words.readable(Duration.ofSeconds(Math.max(1, Math.round(remaining)))) + " left");
    }
    if (now > skipped && seconds > 0) {
      facts.add(String.format(Locale.ROOT, "%,.0f/s", (now - skipped) / seconds));
    }
    facts.add(String.format(Locale.ROOT, "%,d of %,d %s", now, total, noun));
    if (!note.isEmpty()) {
      facts.add(note);
    }
    int filled = (int) (BAR * share);
    String bar = " [" + "#".repeat(filled) + ".".repeat(BAR - filled) + "]";
    StringBuilder text = new StringBuilder(percent);
    if (text.length() + bar.length() + facts.get(0).length() < width) {
      text.append(bar);
    }
    for (String fact : facts) {
      if (text.length() + 2 + fact.length() >= width) {
        break;
      }
      text.append(fact.equals(facts.get(0)) ? "  " : ", ").append(fact);
    }
    return text.toString();
  }

  @Override
  public void close() {
    events.progress(null);
  }
}
