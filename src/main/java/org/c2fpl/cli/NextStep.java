package org.c2fpl.cli;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.c2fpl.detector.ModelStore;
import org.c2fpl.workspace.Leaf;
import org.c2fpl.workspace.Table;
import org.c2fpl.workspace.Workspace;

/** What a person is likely to do after a command. */
final class NextStep {
  private static final Map<String, String> FOLLOWS =
      Map.of(
          "ingest", "stats",
          "stats", "coarse",
          "coarse", "fine",
          "fine", "train",
          "train", "score",
          "promote", "score",
          "score", "evaluate",
          "annotate", "evaluate",
          "evaluate", "report");

  private NextStep() {}

  /** A command line to give next; empty after commands that nothing follows. */
  static Optional<String> after(String command, Workspace workspace) {
    String uri = " --workspace " + quoted(workspace.root().toString());
    if (List.of("run", "demo", "report").contains(command)) {
      return Optional.of("export" + uri + " --format csv --output detections.csv");
    }
    String next = FOLLOWS.get(command);
    if ("coarse".equals(next) && isTrained(workspace) && isUnscored(workspace)) {
      // Footage that came later.
      next = "score";
    }
    if ("evaluate".equals(next) && !isScored(workspace)) {
      next = workspace.leaves(Table.VIDEO_STATS).isEmpty() ? "stats" : null;
    } else if ("evaluate".equals(next)
        && workspace.manifest(Leaf.of(Table.ANNOTATIONS)).isEmpty()) {
      next = "report";
    }
    return Optional.ofNullable(next).map(name -> name + uri);
  }

  private static boolean isTrained(Workspace workspace) {
    return new ModelStore(workspace).current().isPresent();
  }

  private static boolean isScored(Workspace workspace) {
    return !workspace.leaves(Table.SEGMENT_SCORES).isEmpty();
  }

  private static boolean isUnscored(Workspace workspace) {
    return workspace.leaves(Table.SEGMENT_SCORES).size() < workspace.leaves(Table.SEGMENTS).size();
  }

  /** As a shell takes it. */
  private static String quoted(String text) {
    return text.matches("[A-Za-z0-9_@%+=:,./-]+") ? text : "'" + text.replace("'", "'\\''") + "'";
  }
}
