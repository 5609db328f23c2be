package org.c2fpl.cli;

import java.io.PrintStream;
import java.time.Duration;
import org.c2fpl.stage.Progress;
import org.c2fpl.stage.Words;

/**
 * The last line of a terminal, which shows the progress of a stage or how long it has been running.
 * A separate thread draws it, so that no stage waits for a terminal.
 */
final class StatusLine {
  private static final long MILLIS = 250;

  /** Stages shorter than this show no line. */
  private static final long QUIET = 1_000_000_000;

  private static final String CLEAR = "\r\u001b[K";

  private final PrintStream out;
  private final int width;
  private Thread thread;
  private Progress progress;
  private String stage;
  private long began;
  private String drawn = "";

  StatusLine(PrintStream out, int width) {
    this.out = out;
    this.width = width;
  }

  /** A stage begins. */
  synchronized void started(String name) {
    stage = name;
    began = System.nanoTime();
    if (thread == null) {
      thread = new Thread(this::run, "status-line");
      thread.setDaemon(true);
      thread.start();
    }
  }

  /** Sets the text to show; null for the time alone. */
  synchronized void show(Progress next) {
    progress = next;
    clear();
  }

  /** Erases the line, so that another can be written. */
  synchronized void clear() {
    if (!drawn.isEmpty()) {
      out.print(CLEAR);
      out.flush();
      drawn = "";
    }
  }

  /** Stops showing anything. */
  synchronized void ended() {
    clear();
    stage = null;
    progress = null;
    if (thread != null) {
      thread.interrupt();
      thread = null;
    }
  }

  private synchronized void draw() {
    long time = System.nanoTime() - began;
    if (stage == null || time < QUIET) {
      return;
    }
    String text =
        progress == null
            ? String.format("%-9s %s", stage, Words.readable(Duration.ofNanos(time)))
            : progress.text(width);
    String shown = text.substring(0, Math.min(text.length(), width - 1));
    if (!shown.equals(drawn)) {
      out.print(CLEAR + shown);
      out.flush();
      drawn = shown;
    }
  }

  @SuppressWarnings("BusyWait") // An animation, not a wait for a condition.
  private void run() {
    try {
      while (true) {
        Thread.sleep(MILLIS);
        draw();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
