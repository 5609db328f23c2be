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
 * What a person sees: one line a stage, warnings, and on a terminal a line that shows how far a
 * stage is. That line is on standard error, so that it is there where output goes to a file, and
 * never in that file.
 */
public final class Console implements StageEvents {
  private final PrintStream out;
  private final PrintStream err;
  private final Terminal terminal;
  private final StatusLine status;

  /** What is made again is named once a table. */
  private final Set<Table> outdated = ConcurrentHashMap.newKeySet();

  /** Lines without a terminal, or on one of 80 columns without colours. */
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

  /** Standard output and error. */
  public static Console standard() {
    return new Console(System.out, System.err, Terminal.ofProcess());
  }

  /** The same with every line on standard error, where standard output is for data. */
  public Console besideData() {
    Terminal below =
        new Terminal(
            terminal.err(), terminal.err(), terminal.width(), terminal.moves(), terminal.colours());
    return new Console(err, err, below, status);
  }

  /** Writes nowhere. */
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

  /** The command has ended: nothing goes on any more. */
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
              + ": an earlier version of this program made it in another way (algorithm "
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

  /** The line of an error, on standard error. */
  synchronized void error(String text) {
    clearStatus();
    err.println(terminal.paint(Colour.ERROR, "error:", false) + " " + Secrets.masked(text));
    err.flush();
  }

  /** Words on standard output in a colour, where it has colours. */
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
