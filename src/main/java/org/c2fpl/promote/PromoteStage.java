package org.c2fpl.promote;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.fs.Path;
import org.c2fpl.detector.ModelStore;
import org.c2fpl.errors.DataException;
import org.c2fpl.score.ScoringModels;
import org.c2fpl.stage.Stage;
import org.c2fpl.stage.StageContext;
import org.c2fpl.stage.Unit;
import org.c2fpl.workspace.Json;
import org.c2fpl.workspace.Leaf;
import org.c2fpl.workspace.Manifest;
import org.c2fpl.workspace.Table;

/**
 * Makes a stored model the current one, always or only if it is not worse on annotated footage. The
 * comparison is kept in {@code model/comparisons}; no table changes.
 */
public final class PromoteStage extends Stage<PromoteStage.Options, Void> {
  private static final String NAME = "promote";

  /**
   * @param model the version to promote; null for the one stored last
   * @param ifNotWorse compare frame AUCs first, and promote no model that is worse
   * @param split to compare on
   */
  public record Options(String model, boolean ifNotWorse, String split) {
    public Options {
      Leaf.checkName("--split", split);
    }
  }

  public PromoteStage() {
    super(NAME, 1, Set.of(Table.SEGMENTS, Table.POOLED_SEGMENTS, Table.ANNOTATIONS), Set.of());
  }

  /**
   * @throws DataException if there is no such model; with {@code ifNotWorse} also if it is worse,
   *     or without ground truth; the message then has the figures that need none
   */
  @Override
  public List<Unit> units(StageContext context, Options options) {
    Promotion promotion = new Promotion(context, options, new ModelStore(context.workspace()));
    String candidate = options.model() == null ? promotion.newest() : options.model();
    return List.of(
        Unit.elsewhere(
                any ->
                    promotion
                        .store
                        .current()
                        .filter(candidate::equals)
                        .map(id -> id + " is already in use"))
            .made(out -> promotion.promote(candidate)));
  }

  @Override
  protected Void result(List<Manifest> manifests) {
    return null;
  }

  @Override
  protected void ended(StageContext context, Options options) {
    ScoringModels.of(context).warn(context.events());
  }

  private record Promotion(StageContext context, Options options, ModelStore store) {
    private String promote(String candidate) {
      Optional<String> current = store.current();
      String why = current.map(id -> ", instead of " + id).orElse("");
      if (options.ifNotWorse() && current.isPresent()) {
        why += ": " + requireNotWorse(current.get(), candidate);
      }
      store.promote(candidate);
      context.events().model(candidate);
      return candidate + " is in use" + why;
    }

    private String newest() {
      List<ModelStore.Version> versions = store.versions();
      if (versions.isEmpty()) {
        throw new DataException(
            "Cannot promote a model in workspace "
                + context.workspace().root()
                + ": none is stored. Run 'c2fpl train --no-promote' first.");
      }
      return versions.get(0).id();
    }

    /** Compares and stores the comparison; returns the figures that support the candidate. */
    private String requireNotWorse(String current, String candidate) {
      ModelComparison comparison =
          ModelComparison.of(context, store, current, candidate, options.split());
      Path file = store.comparison(current, candidate);
      write(file, comparison);
      String byHand =
          " Decide, and promote by 'c2fpl promote --model "
              + candidate
              + "' if you accept it; the comparison is in "
              + file
              + ".";
      if (!comparison.decidable()) {
        throw new DataException(
            "Cannot decide whether "
                + candidate
                + " is worse than "
                + current
                + ": split "
                + options.split()
                + " has no ground truth of normal and anomalous frames. Without it, "
                + comparison.agreementText()
                + "."
                + byHand);
      }
      String figures =
          "frame AUC on split "
              + options.split()
              + " "
              + ModelComparison.figure(comparison.candidate().frameAuc())
              + ", formerly "
              + ModelComparison.figure(comparison.current().frameAuc());
      if (!comparison.notWorse()) {
        throw new DataException(
            "Cannot promote "
                + candidate
                + ": it is worse than "
                + current
                + " ("
                + figures
                + "). Further, "
                + comparison.agreementText()
                + "."
                + byHand);
      }
      context.events().noted(NAME + "   " + comparison.agreementText());
      return figures;
    }

    private void write(Path file, ModelComparison comparison) {
      ObjectNode json = comparison.json();
      json.put("compared", Instant.now().toString());
      json.put(
          "verdict",
          comparison.decidable() ? (comparison.notWorse() ? "not worse" : "worse") : "undecidable");
      try {
        context.workspace().writeAtomically(file, Json.MAPPER.writeValueAsBytes(json));
      } catch (JsonProcessingException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
