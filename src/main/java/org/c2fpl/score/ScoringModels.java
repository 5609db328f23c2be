package org.c2fpl.score;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.spark.sql.Row;
import org.c2fpl.detector.ModelStore;
import org.c2fpl.stage.StageContext;
import org.c2fpl.stage.StageEvents;
import org.c2fpl.stage.Words;
import org.c2fpl.workspace.Leaf;
import org.c2fpl.workspace.Table;
import org.c2fpl.workspace.Workspace;

/**
 * The model that made the scores of each batch, from the manifests, and whether it is the current
 * one: a promotion or a training changes no table.
 */
public final class ScoringModels {
  private final String current;
  private final Map<Leaf, String> models = new TreeMap<>();

  private ScoringModels(String current) {
    this.current = current;
  }

  /** Reads the models of all scored batches. */
  public static ScoringModels of(StageContext context) {
    return of(context, context.workspace().leaves(Table.SEGMENT_SCORES));
  }

  /**
   * @param leaves of {@code segment_scores} or {@code detections}
   */
  public static ScoringModels of(StageContext context, List<Leaf> leaves) {
    ScoringModels found =
        new ScoringModels(new ModelStore(context.workspace()).current().orElse(null));
    for (Leaf leaf : leaves) {
      model(context, leaf).ifPresent(model -> found.models.put(leaf, model));
    }
    return found;
  }

  /** Reads the model from the manifest, else from the rows; empty if neither names one. */
  private static Optional<String> model(StageContext context, Leaf leaf) {
    Workspace workspace = context.workspace();
    String named = workspace.require(leaf, "").inputs().get("model");
    if (named != null) {
      return Optional.of(named);
    }
    List<Row> rows = workspace.read(context.spark(), leaf).select("model").limit(1).collectAsList();
    return rows.isEmpty() ? Optional.empty() : Optional.of(rows.get(0).getString(0));
  }

  /** The current model; null for none. */
  public String current() {
    return current;
  }

  /** The models, in the order of their names. */
  public List<String> ids() {
    return models.values().stream().distinct().sorted().toList();
  }

  /** The model of a batch; null if unknown. */
  public String of(Leaf leaf) {
    return models.get(leaf);
  }

  /** The batches of each model. */
  private Map<String, List<Leaf>> byModel() {
    Map<String, List<Leaf>> batches = new TreeMap<>();
    models.forEach(
        (leaf, model) -> batches.computeIfAbsent(model, any -> new ArrayList<>()).add(leaf));
    return batches;
  }

  /** {@code 2 batches by detector-… (split=test/batch=0, …), 1 batch by …}. */
  public String named() {
    return byModel().entrySet().stream()
        .map(
            each ->
                Words.count(each.getValue().size(), "batch", "batches")
                    + " by "
                    + each.getKey()
                    + " ("
                    + Words.named(each.getValue())
                    + ")")
        .collect(Collectors.joining(", "));
  }

  /** Keeps only the batches whose model is not the current one. */
  private ScoringModels others() {
    ScoringModels others = new ScoringModels(current);
    models.forEach(
        (leaf, model) -> {
          if (!model.equals(current)) {
            others.models.put(leaf, model);
          }
        });
    return others;
  }

  /** The command that scores all of these batches with the current model. */
  public String again() {
    return models.keySet().stream()
        .map(Leaf::split)
        .distinct()
        .map(split -> "--split " + split + " ")
        .collect(Collectors.joining("", "c2fpl score ", "--write-mode refresh"));
  }

  /** The warning about scores that are not from the current model; empty if there are none. */
  public Optional<String> outOfUse() {
    ScoringModels others = others();
    if (current == null || others.models.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        others.models.size()
            + " of "
            + Words.count(models.size(), "scored batch", "scored batches")
            + (others.models.size() == 1 ? " is" : " are")
            + " not of the model in use, "
            + current
            + ": "
            + others.named()
            + ". '"
            + others.again()
            + "' scores again.");
  }

  /** Warns if scores are not from the current model. */
  public void warn(StageEvents events) {
    outOfUse().ifPresent(events::warned);
  }

  /** Warns if one list has scores from several models. */
  public void warnOfSeveral(StageEvents events) {
    if (ids().size() > 1) {
      events.warned(
          "scores of "
              + ids().size()
              + " models, which are not comparable, in one list: "
              + named()
              + ". The column model names the model of each row.");
    }
  }

  /** Adds the models to the events. */
  public void record(StageEvents events) {
    ids().forEach(events::model);
  }
}
