package org.c2fpl.stage;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.c2fpl.stage.Made.State;
import org.c2fpl.workspace.Leaf;
import org.c2fpl.workspace.LeafTransaction;
import org.c2fpl.workspace.Manifest;
import org.c2fpl.workspace.ManifestDraft;
import org.c2fpl.workspace.Table;
import org.c2fpl.workspace.Workspace;

/**
 * Runs stages: finds up-to-date units by their fingerprints, makes the others, and publishes each
 * unit with its manifests. All common behaviour of stages is here.
 */
public final class StageRunner<O, R> {
  private final StageContext context;
  private final Workspace workspace;
  private final Stage<O, R> stage;
  private final O options;

  /** The kept leaves that would be different now. */
  private final List<Leaf> stale = new ArrayList<>();

  private StageRunner(StageContext context, Stage<O, R> stage, O options) {
    this.context = context;
    this.workspace = context.workspace();
    this.stage = stage;
    this.options = options;
  }

  /**
   * Makes the units that are not up to date.
   *
   * @return the outcome of each unit
   * @throws org.c2fpl.errors.DataException if inputs are missing or damaged, or if the write mode
   *     forbids replacing an existing leaf
   */
  public static <O, R> List<Made<R>> run(StageContext context, Stage<O, R> stage, O options) {
    return new StageRunner<>(context, stage, options).run();
  }

  /** Whether all units are up to date or kept, so that a run would make nothing. */
  public static <O, R> boolean isThere(StageContext context, Stage<O, R> stage, O options) {
    StageRunner<O, R> runner = new StageRunner<>(context, stage, options);
    return stage.units(context, options).stream().allMatch(runner::isThere);
  }

  private boolean isThere(Unit unit) {
    ManifestDraft draft = draft(unit);
    if (unit.writes().isEmpty()) {
      return unit.found(draft).isPresent();
    }
    try (LeafTransaction transaction = workspace.begin(draft, unit.mode(context), unit.writes())) {
      return transaction.upToDate();
    }
  }

  private ManifestDraft draft(Unit unit) {
    ManifestDraft draft = unit.draft(stage, context);
    // Results outside tables record their seed themselves.
    return stage.draws(options) && !unit.writes().isEmpty()
        ? draft.parameter("seed", context.seed())
        : draft;
  }

  private List<Made<R>> run() {
    List<Unit> units = stage.units(context, options);
    List<Made<R>> made = new ArrayList<>();
    long size = units.stream().mapToLong(Unit::size).sum();
    try (Progress progress =
        size == 0 ? Progress.none() : context.progress(stage.name(), size, "segments")) {
      for (Unit unit : units) {
        requireDeclared(unit);
        made.add(unit.writes().isEmpty() ? elsewhere(unit) : leaves(unit, progress));
      }
    }
    stage.ended(context, options);
    if (!stale.isEmpty()) {
      context
          .events()
          .warned(
              Words.count(stale.size(), "batch", "batches")
                  + " of "
                  + stale.get(0).table().folder()
                  + " made from other footage or with other options: "
                  + Words.named(stale)
                  + ". 'c2fpl "
                  + stage.command()
                  + " --write-mode refresh' makes them again.");
    }
    return made;
  }

  /**
   * Refuses reads and writes that a stage does not declare: lists and hints rely on the
   * declaration.
   */
  private void requireDeclared(Unit unit) {
    Set<Table> undeclared = EnumSet.noneOf(Table.class);
    unit.writes().stream().map(Leaf::table).forEach(undeclared::add);
    undeclared.removeAll(stage.writes());
    unit.read().stream()
        .map(Leaf::table)
        .filter(table -> !stage.reads().contains(table))
        .forEach(undeclared::add);
    if (!undeclared.isEmpty()) {
      throw new IllegalStateException(
          "stage " + stage.name() + " does not declare the tables " + undeclared);
    }
  }

  private Made<R> leaves(Unit unit, Progress progress) {
    Instant start = Instant.now();
    ManifestDraft draft = draft(unit);
    try (LeafTransaction transaction = workspace.begin(draft, unit.mode(context), unit.writes())) {
      transaction
          .outdated()
          .forEach(old -> context.events().outdated(old.leaf(), old.made(), stage.algorithm()));
      if (transaction.upToDate()) {
        return there(unit, progress, transaction.stale());
      }
      StageOutputs out = new StageOutputs(context, transaction, draft, progress);
      String summary = unit.make(out);
      transaction.commit();
      R result = result(unit);
      finished(out, start, summary);
      return new Made<>(unit.writes(), State.MADE, result);
    }
  }

  private Made<R> there(Unit unit, Progress progress, boolean differs) {
    R result = result(unit);
    progress.skip(unit.size());
    if (differs && !unit.differenceIsKnown()) {
      stale.add(unit.writes().get(0));
    }
    if (stage.saysWhatIsThere()) {
      context
          .events()
          .skipped(stage.name(), unit.called() + (differs ? " is kept" : " is up to date"));
    }
    return new Made<>(unit.writes(), differs ? State.KEPT : State.UP_TO_DATE, result);
  }

  /** The result from the manifests now in the workspace; listeners get the tables. */
  private R result(Unit unit) {
    List<Manifest> manifests = new ArrayList<>();
    for (Leaf leaf : unit.writes()) {
      Manifest manifest = workspace.require(leaf, "Run the command again.");
      context.events().table(leaf.path(), manifest.rows());
      manifests.add(manifest);
    }
    R result = stage.result(manifests);
    if (result instanceof OfModel of && of.model() != null) {
      context.events().model(of.model());
    }
    return result;
  }

  private Made<R> elsewhere(Unit unit) {
    Instant start = Instant.now();
    ManifestDraft draft = draft(unit);
    Optional<String> found = unit.found(draft);
    if (found.isPresent()) {
      context.events().skipped(stage.name(), found.get());
      return new Made<>(List.of(), State.UP_TO_DATE, null);
    }
    StageOutputs out = new StageOutputs(context, null, draft, Progress.none());
    String summary = unit.make(out);
    finished(out, start, summary);
    return new Made<>(List.of(), State.MADE, null);
  }

  private void finished(StageOutputs out, Instant start, String summary) {
    out.figures().forEach((figure, value) -> context.events().figure(figure, value));
    context
        .events()
        .finished(
            stage.name(), Duration.between(start, Instant.now()).plus(out.tookBefore()), summary);
  }
}
