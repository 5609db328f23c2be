package org.c2fpl.cli;

import java.io.PrintStream;
import java.time.Duration;
import org.c2fpl.stage.Progress;
import org.c2fpl.stage.Words;

/**
 * The last line of a terminal, which shows what goes on: how far a stage is, or for how long it has
 * been at work. A thread of its own draws it, so that no stage waits for a terminal.
 */
final class StatusLine {
  private static final long MILLIS = 250;

  /** What is over sooner needs no line. */
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

  /** Shows this from now on; null for nothing but the time. */
  synchronized void show(Progress next) {
    progress = next;
    clear();
  }

  /** Takes the line away, for another to be written. */
  synchronized void clear() {
    if (!drawn.isEmpty()) {
      out.print(CLEAR);
      out.flush();
      drawn = "";
    }
  }

  /** Nothing is shown any more. */
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

  @SuppressWarnings("BusyWait") // A picture that moves, not a condition that is waited for.
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
