package org.c2fpl.cli;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.c2fpl.cli.Terminal.Colour;
import org.c2fpl.errors.Secrets;
import org.c2fpl.stage.Progress;
import org.c2fpl.stage.StageEvents;
import org.c2fpl.stage.Words;
import org.c2fpl.workspace.Leaf;
import org.c2fpl.workspace.Table;

/**
 * What a person sees: one line for each stage, warnings, and on a terminal a line with the progress
 * of the stage. That line goes to standard error, so it shows when output goes to a file, and never
 * gets into that file.
 */
public final class Console implements StageEvents {
  private final PrintStream out;
  private final PrintStream err;
  private final Terminal terminal;
  private final StatusLine status;

  /** Tables already named as made again; each is named once. */
  private final Set<Table> outdated = ConcurrentHashMap.newKeySet();

  /** A console without a terminal: 80 columns, no colours. */
  public Console(PrintStream out, PrintStream err, boolean terminal) {
    this(out, err, terminal ? new Terminal(true, true, 80, true, false) : Terminal.NONE);
  }

  Console(PrintStream out, PrintStream err, Terminal terminal) {
    this(
        out,
        err,
        terminal,
        terminal.hasStatusLine() ? new StatusLine(err, terminal.width()) : null);
  }

  private Console(PrintStream out, PrintStream err, Terminal terminal, StatusLine status) {
    this.out = out;
    this.err = err;
    this.terminal = terminal;
    this.status = status;
  }

  /** The console on standard output and standard error. */
  public static Console standard() {
    return new Console(System.out, System.err, Terminal.ofProcess());
  }

  /** The console with every line on standard error, for commands that print data. */
  public Console besideData() {
    Terminal below =
        new Terminal(
            terminal.err(), terminal.err(), terminal.width(), terminal.moves(), terminal.colours());
    return new Console(err, err, below, status);
  }

  /** A console that discards all lines. */
  public static Console silent() {
    PrintStream nowhere =
        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
    return new Console(nowhere, nowhere, Terminal.NONE);
  }

  @Override
  public void started(String stage) {
    if (status != null) {
      status.started(stage);
    }
  }

  /** Removes the status line: the command has ended. */
  void ended() {
    if (status != null) {
      status.ended();
    }
  }

  @Override
  public void finished(String stage, Duration took, String summary) {
    noted(String.format(Locale.ROOT, "%-9s %s (%s)", stage, summary, Words.readable(took)));
  }

  @Override
  public void skipped(String stage, String why) {
    noted(String.format(Locale.ROOT, "%-9s skipped: %s", stage, why));
  }

  @Override
  public synchronized void noted(String text) {
    clearStatus();
    out.println(Secrets.masked(text));
    out.flush();
  }

  @Override
  public synchronized void warned(String text) {
    clearStatus();
    err.println(terminal.paint(Colour.WARNING, "warning:", false) + " " + Secrets.masked(text));
    err.flush();
  }

  @Override
  public void outdated(Leaf leaf, int made, int now) {
    if (outdated.add(leaf.table())) {
      noted(
          "again     "
              + leaf.table().folder()
              + ": an earlier version of this program made it differently (algorithm "
              + made
              + ", now "
              + now
              + ")");
    }
  }

  @Override
  public void progress(Progress progress) {
    if (status != null) {
      status.show(progress);
    }
  }

  @Override
  public boolean watchesProgress() {
    return status != null;
  }

  /** Prints an error line to standard error. */
  synchronized void error(String text) {
    clearStatus();
    err.println(terminal.paint(Colour.ERROR, "error:", false) + " " + Secrets.masked(text));
    err.flush();
  }

  /** Words for standard output, coloured where it has colours. */
  String painted(Colour colour, String text) {
    return terminal.paint(colour, text, true);
  }

  /** Whether standard output is to have colours. */
  boolean hasColours() {
    return terminal.out() && terminal.colours();
  }

  private void clearStatus() {
    if (status != null) {
      status.clear();
    }
  }
}
