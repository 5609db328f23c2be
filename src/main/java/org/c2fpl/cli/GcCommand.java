package org.c2fpl.cli;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.c2fpl.errors.Bounds;
import org.c2fpl.stage.StageContext;
import org.c2fpl.upkeep.GarbageCollection;
import org.c2fpl.workspace.Workspace;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code c2fpl gc}. */
@Command(
    name = "gc",
    header = "Remove old model versions, scores without a model, and what crashed runs left.",
    description = {
      "Keeps the model in use and, without --scored-models, every version that scores refer to."
          + " Prints what it removes and how many bytes; removes all of it or nothing."
    },
    footer = {"", "Example:", "  c2fpl gc --workspace W --keep-models 5 --older-than 14 --dry-run"})
final class GcCommand extends WorkspaceCommand {
  @Option(
      names = "--keep-models",
      defaultValue = "3",
      paramLabel = "N",
      description = "Number of newest model versions that always stay (default: ${DEFAULT-VALUE}).")
  int keepModels;

  @Option(
      names = "--older-than",
      defaultValue = "30",
      paramLabel = "DAYS",
      description =
          "Days; younger model versions and records of runs stay (default: ${DEFAULT-VALUE}).")
  double olderThan;

  @Option(
      names = "--scored-models",
      description =
          "Also remove versions that only scores refer to, with these scores and detections.")
  boolean scoredModels;

  @Option(names = "--dry-run", description = "Show what would be removed, and change nothing.")
  boolean dryRun;

  private List<GarbageCollection.Item> found;

  @Override
  boolean changes() {
    return !dryRun;
  }

  @Override
  void check() {
    Bounds.require("--keep-models", keepModels, "[0, ∞)");
    Bounds.require("--older-than", olderThan, "[0, 100000]", "Give a number of days.");
  }

  @Override
  void beforeLock(Workspace workspace) {
    found = find(workspace);
  }

  @Override
  void execute(StageContext context) {
    if (dryRun) {
      GarbageCollection.tell(find(context.workspace()), "would remove", context.events());
    } else {
      // Locking the workspace has swept away what a crashed run had staged.
      List<GarbageCollection.Item> items = new ArrayList<>(find(context.workspace()));
      found.stream().filter(GarbageCollection.Item::staged).forEach(items::add);
      GarbageCollection.remove(context.workspace(), items, context.events());
    }
  }

  private List<GarbageCollection.Item> find(Workspace workspace) {
    Duration age = Duration.ofSeconds((long) (olderThan * 24 * 3600));
    return GarbageCollection.find(
        workspace, new GarbageCollection.Options(keepModels, age, scoredModels));
  }
}
