package org.c2fpl.stage;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import org.c2fpl.errors.Secrets;
import org.c2fpl.stage.Terminal.Colour;

/**
 * What a person sees: one line a stage, warnings, and on a terminal a line that tells how far a
 * stage is. That line is on standard error, so that it is there where output goes to a file, and
 * never in that file.
 */
public final class Console {
  private final PrintStream out;
  private final PrintStream err;
  private final Terminal terminal;
  private final StatusLine status;
  private final StageListener listener;

  /** Lines without a terminal, or on one of 80 columns without colours. */
  public Console(PrintStream out, PrintStream err, boolean terminal) {
    this(out, err, terminal ? new Terminal(true, true, 80, true, false) : Terminal.NONE);
  }

  Console(PrintStream out, PrintStream err, Terminal terminal) {
    this(
        out,
        err,
        terminal,
        terminal.hasStatusLine() ? new StatusLine(err, terminal.width()) : null,
        StageListener.NONE);
  }

  private Console(
      PrintStream out,
      PrintStream err,
      Terminal terminal,
      StatusLine status,
      StageListener listener) {
    this.out = out;
    this.err = err;
    this.terminal = terminal;
    this.status = status;
    this.listener = listener;
  }

  /** The same, with a listener that hears of finished stages, too. */
  public Console heardBy(StageListener other) {
    return new Console(out, err, terminal, status, other);
  }

  StageListener listener() {
    return listener;
  }

  /** Standard output and error. */
  public static Console standard() {
    return new Console(System.out, System.err, Terminal.ofProcess());
  }

  /** The same with every line on standard error, where standard output is for data. */
  public Console besideData() {
    Terminal below =
        new Terminal(
            terminal.err(), terminal.err(), terminal.width(), terminal.moves(), terminal.colours());
    return new Console(err, err, below, status, listener);
  }

  /** Writes nowhere. */
  public static Console silent() {
    PrintStream nowhere =
        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
    return new Console(nowhere, nowhere, Terminal.NONE);
  }

  /** The same without lines and bars: warnings only. */
  public Console quiet() {
    return new Console(silent().out, err, terminal, null, StageListener.NONE);
  }

  /** A stage begins: shows for how long it has been at work, and tells the listener. */
  public void started(String name) {
    listener.started(name);
    if (status != null) {
      status.started(name);
    }
  }

  /** The command has ended: nothing goes on any more. */
  public void ended() {
    if (status != null) {
      status.ended();
    }
  }

  /** The one line of a finished stage. */
  public void stage(String name, Duration took, String whatHappened) {
    listener.finished(name, took, whatHappened);
    line(String.format(Locale.ROOT, "%-9s %s (%s)", name, whatHappened, readable(took)));
  }

  /** The one line of a stage that had nothing to do. */
  public void skipped(String name, String why) {
    listener.skipped(name, why);
    line(String.format(Locale.ROOT, "%-9s skipped: %s", name, why));
  }

  public synchronized void line(String text) {
    clearStatus();
    out.println(Secrets.masked(text));
    out.flush();
  }

  public synchronized void warning(String text) {
    listener.warned(text);
    clearStatus();
    err.println(terminal.paint(Colour.WARNING, "warning:", false) + " " + Secrets.masked(text));
    err.flush();
  }

  /** The line of an error, on standard error. */
  public synchronized void error(String text) {
    clearStatus();
    err.println(terminal.paint(Colour.ERROR, "error:", false) + " " + Secrets.masked(text));
    err.flush();
  }

  /** Words on standard output in a colour, where it has colours. */
  public String painted(Colour colour, String text) {
    return terminal.paint(colour, text, true);
  }

  /** Whether standard output is to have colours. */
  public boolean hasColours() {
    return terminal.out() && terminal.colours();
  }

  /** Shows how far a stage is, until closed; nothing where nobody looks. */
  public Progress progress(String name, long total, String noun) {
    return new Progress(status, name, total, noun);
  }

  private void clearStatus() {
    if (status != null) {
      status.clear();
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
    return count(n, noun, noun + "s");
  }

  /** The same with a plural of its own. */
  public static String count(long n, String noun, String nouns) {
    return String.format(Locale.ROOT, "%,d %s", n, n == 1 ? noun : nouns);
  }
}
