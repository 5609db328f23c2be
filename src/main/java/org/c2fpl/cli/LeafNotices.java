package org.c2fpl.cli;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.c2fpl.stage.Console;
import org.c2fpl.stage.StageListener;
import org.c2fpl.workspace.Leaf;
import org.c2fpl.workspace.LeafListener;
import org.c2fpl.workspace.Table;

/** Passes on what becomes of leaves; what is made again is named once a table. */
final class LeafNotices implements LeafListener {
  private final StageListener listener;
  private final Console console;
  private final Set<Table> named = ConcurrentHashMap.newKeySet();

  LeafNotices(StageListener listener, Console console) {
    this.listener = listener;
    this.console = console;
  }

  @Override
  public void present(Leaf leaf, long rows) {
    listener.table(leaf.path(), rows);
  }

  @Override
  public void outdated(Leaf leaf, int made, int now) {
    if (named.add(leaf.table())) {
      console.line(
          "again     "
              + leaf.table().folder()
              + ": an earlier version of this program made it in another way (algorithm "
              + made
              + ", now "
              + now
              + ")");
    }
  }
}
