package org.c2fpl.cli;

import org.c2fpl.promote.ModelList;
import org.c2fpl.stage.StageContext;
import picocli.CommandLine.Command;

/** {@code c2fpl models}. */
@Command(
    name = "models",
    header = "List the workspace's models, the newest first.",
    description = {"Shows when and from what each was trained, and which one is in use."},
    footer = {"", "Example:", "  c2fpl models --workspace W"})
final class ModelsCommand extends WorkspaceCommand {
  @Override
  boolean changes() {
    return false;
  }

  @Override
  void execute(StageContext context) {
    ModelList.print(context);
    if (json() != null) {
      json().result("models", ModelList.json(context));
    }
  }
}
