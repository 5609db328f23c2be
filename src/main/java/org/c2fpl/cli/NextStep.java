package org.c2fpl.cli;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.c2fpl.detector.ModelStore;
import org.c2fpl.pipeline.Stages;
import org.c2fpl.stage.Stage;
import org.c2fpl.workspace.Leaf;
import org.c2fpl.workspace.Table;
import org.c2fpl.workspace.Workspace;

/** The likely next command, as a command line that works. */
final class NextStep {
  /** A training whose model is not in use yet. */
  static final String CANDIDATE = "train --no-promote";

  private NextStep() {}

  /**
   * The next command line; empty if nothing follows.
   *
   * @param done a command, or {@link #CANDIDATE}
   */
  static Optional<String> after(String done, Workspace workspace) {
    String uri = " --workspace " + quoted(workspace.root().toString());
    if (List.of("run", "demo", "report").contains(done)) {
      return Optional.of("export" + uri + " --format csv --output detections.csv");
    }
    String next = follows(done);
    if ("coarse".equals(next) && isTrained(workspace) && lacks(workspace, Table.SEGMENT_SCORES)) {
      // Footage that came later.
      next = "score";
    }
    if ("evaluate".equals(next) && !isScored(workspace)) {
      next = workspace.leaves(Table.VIDEO_STATS).isEmpty() ? "stats" : null;
    } else if ("evaluate".equals(next)
        && workspace.manifest(Leaf.of(Table.ANNOTATIONS)).isEmpty()) {
      next = "report";
    }
    if ("score".equals(next) && !"stats".equals(done) && isScored(workspace)) {
      return Optional.of("score" + uri + scoredSplits(workspace) + " --write-mode refresh");
    }
    String command = next;
    return Optional.ofNullable(command)
        .map(name -> name + uri + (isDone(name, workspace) ? " --write-mode refresh" : ""));
  }

  /** The next stage of a run; null where nothing follows. */
  private static String follows(String done) {
    return switch (done) {
      case CANDIDATE -> "promote";
      case "promote" -> "score";
      case "annotate" -> "evaluate";
      default -> {
        List<String> stages =
            Stages.ALL.stream().map(Stage::name).filter(name -> !name.equals("annotate")).toList();
        int next = stages.indexOf(done) + 1;
        yield next == 0 || next == stages.size() ? null : stages.get(next);
      }
    };
  }

  /** Whether the command would refuse because its tables exist. */
  private static boolean isDone(String command, Workspace workspace) {
    return Stages.ALL.stream()
        .filter(stage -> stage.name().equals(command) && !command.equals("score"))
        .anyMatch(
            stage ->
                stage.writes().isEmpty()
                    ? isTrained(workspace)
                    : stage.writes().stream().anyMatch(table -> isComplete(workspace, table)));
  }

  private static boolean isComplete(Workspace workspace, Table table) {
    return table.batched() ? !lacks(workspace, table) : isThere(workspace, table);
  }

  private static boolean isThere(Workspace workspace, Table table) {
    return workspace.manifest(Leaf.of(table)).isPresent();
  }

  private static boolean isTrained(Workspace workspace) {
    return new ModelStore(workspace).current().isPresent();
  }

  private static boolean isScored(Workspace workspace) {
    return !workspace.leaves(Table.SEGMENT_SCORES).isEmpty();
  }

  /** The footage with scores of the model that was in use before. */
  private static String scoredSplits(Workspace workspace) {
    return workspace.leaves(Table.SEGMENT_SCORES).stream()
        .map(Leaf::split)
        .distinct()
        .map(split -> " --split " + split)
        .collect(Collectors.joining());
  }

  /** Whether a batched table lacks some ingested batches. */
  private static boolean lacks(Workspace workspace, Table table) {
    return workspace.leaves(table).size() < workspace.leaves(Table.SEGMENTS).size();
  }

  /** The text quoted for a shell. */
  private static String quoted(String text) {
    return text.matches("[A-Za-z0-9_@%+=:,./-]+") ? text : "'" + text.replace("'", "'\\''") + "'";
  }
}
