package org.c2fpl.cli;

import java.time.Duration;
import org.c2fpl.stage.StageListener;

/** Two listeners as one. */
record Listeners(StageListener first, StageListener second) implements StageListener {
  @Override
  public void add(Figure figure, long count) {
    first.add(figure, count);
    second.add(figure, count);
  }

  @Override
  public void set(Figure figure, double value) {
    first.set(figure, value);
    second.set(figure, value);
  }

  @Override
  public void started(String stage) {
    first.started(stage);
    second.started(stage);
  }

  @Override
  public void finished(String stage, Duration took, String whatHappened) {
    first.finished(stage, took, whatHappened);
    second.finished(stage, took, whatHappened);
  }

  @Override
  public void skipped(String stage, String why) {
    first.skipped(stage, why);
    second.skipped(stage, why);
  }

  @Override
  public void warned(String text) {
    first.warned(text);
    second.warned(text);
  }

  @Override
  public void model(String id) {
    first.model(id);
    second.model(id);
  }

  @Override
  public void table(String path, long rows) {
    first.table(path, rows);
    second.table(path, rows);
  }
}
