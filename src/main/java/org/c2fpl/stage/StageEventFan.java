package org.c2fpl.stage;

import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.apache.spark.sql.Dataset;
import org.c2fpl.workspace.Leaf;

/** Passes events on to several listeners. */
record StageEventFan(List<StageEvents> listeners) implements StageEvents {
  StageEventFan {
    listeners = List.copyOf(listeners);
  }

  @Override
  public void started(String stage) {
    listeners.forEach(each -> each.started(stage));
  }

  @Override
  public void finished(String stage, Duration took, String summary) {
    listeners.forEach(each -> each.finished(stage, took, summary));
  }

  @Override
  public void skipped(String stage, String why) {
    listeners.forEach(each -> each.skipped(stage, why));
  }

  @Override
  public void warned(String text) {
    listeners.forEach(each -> each.warned(text));
  }

  @Override
  public void noted(String line) {
    listeners.forEach(each -> each.noted(line));
  }

  @Override
  public void figure(Figure figure, double value) {
    listeners.forEach(each -> each.figure(figure, value));
  }

  @Override
  public void model(String id) {
    listeners.forEach(each -> each.model(id));
  }

  @Override
  public void table(String path, long rows) {
    listeners.forEach(each -> each.table(path, rows));
  }

  @Override
  public void outdated(Leaf leaf, int made, int now) {
    listeners.forEach(each -> each.outdated(leaf, made, now));
  }

  @Override
  public void progress(Progress progress) {
    listeners.forEach(each -> each.progress(progress));
  }

  @Override
  public boolean watchesProgress() {
    return listeners.stream().anyMatch(StageEvents::watchesProgress);
  }

  @Override
  public void query(String what, Supplier<Dataset<?>> query, String note) {
    listeners.forEach(each -> each.query(what, query, note));
  }

  @Override
  public void noQuery(String what, String why) {
    listeners.forEach(each -> each.noQuery(what, why));
  }

  @Override
  public boolean watchesQueries() {
    return listeners.stream().anyMatch(StageEvents::watchesQueries);
  }
}
