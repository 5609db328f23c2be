package org.c2fpl.stages;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;

/**
 * What a person sees: one line a stage, warnings, and a progress bar where the output is a
 * terminal.
 */
public final class Console {
  private static final int BAR_WIDTH = 24;

  private final PrintStream out;
  private final PrintStream err;
  private final boolean terminal;
  private final StageListener listener;
  private int barLength;

  public Console(PrintStream out, PrintStream err, boolean terminal) {
    this(out, err, terminal, StageListener.NONE);
  }

  private Console(PrintStream out, PrintStream err, boolean terminal, StageListener listener) {
    this.out = out;
    this.err = err;
    this.terminal = terminal;
    this.listener = listener;
  }

  /** The same, with a listener that hears of finished stages, too. */
  public Console heardBy(StageListener other) {
    return new Console(out, err, terminal, other);
  }

  StageListener listener() {
    return listener;
  }

  /** Standard output and error; bars only where both ends are a terminal. */
  public static Console standard() {
    return new Console(System.out, System.err, System.console() != null);
  }

  /** The same with every line on standard error, where standard output is for data. */
  public Console besideData() {
    return new Console(err, err, terminal, listener);
  }

  /** Writes nowhere. */
  public static Console silent() {
    PrintStream nowhere =
        new PrintStream(
            java.io.OutputStream.nullOutputStream(),
            false,
            java.nio.charset.StandardCharsets.UTF_8);
    return new Console(nowhere, nowhere, false);
  }

  /** The same without lines and bars: warnings only. */
  public Console quiet() {
    return new Console(silent().out, err, false);
  }

  /** The one line of a finished stage. */
  public void stage(String name, Duration took, String whatHappened) {
    listener.finished(name, took);
    line(String.format(Locale.ROOT, "%-9s %s (%s)", name, whatHappened, readable(took)));
  }

  /** The one line of a stage that had nothing to do. */
  public void skipped(String name, String why) {
    line(String.format(Locale.ROOT, "%-9s skipped: %s", name, why));
  }

  public synchronized void line(String text) {
    clearBar();
    out.println(text);
    out.flush();
  }

  public synchronized void warning(String text) {
    clearBar();
    err.println("warning: " + text);
    err.flush();
  }

  /** Shows how far a long stage is; nothing where the output is no terminal. */
  public synchronized void progress(String name, long done, long total, String note) {
    if (!terminal) {
      return;
    }
    int filled = (int) (BAR_WIDTH * Math.min(done, total) / Math.max(1, total));
    String bar =
        String.format(
            Locale.ROOT,
            "%-9s [%s%s] %d/%d %s",
            name,
            "#".repeat(filled),
            ".".repeat(BAR_WIDTH - filled),
            done,
            total,
            note);
    out.print("\r" + bar + " ".repeat(Math.max(0, barLength - bar.length())));
    out.flush();
    barLength = bar.length();
  }

  private void clearBar() {
    if (barLength > 0) {
      out.print("\r" + " ".repeat(barLength) + "\r");
      barLength = 0;
    }
  }

  /** {@code 0.8 s}, {@code 3 min 20 s}, {@code 2 h 5 min}. */
  public static String readable(Duration duration) {
    double seconds = duration.toMillis() / 1000.0;
    if (seconds < 60) {
      return String.format(Locale.ROOT, "%.1f s", seconds);
    }
    long minutes = duration.toMinutes();
    return minutes < 60
        ? minutes + " min " + duration.toSecondsPart() + " s"
        : duration.toHours() + " h " + duration.toMinutesPart() + " min";
  }

  /** {@code 12,345} with the noun. */
  public static String count(long n, String noun) {
    return String.format(Locale.ROOT, "%,d %s%s", n, noun, n == 1 ? "" : "s");
  }
}
