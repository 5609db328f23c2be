package org.c2fpl.promote;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.c2fpl.detector.ModelStore;
import org.c2fpl.errors.DataException;
import org.c2fpl.stage.StageContext;
import org.c2fpl.stage.Words;
import org.c2fpl.workspace.Json;

/** Lists the models of a workspace. */
public final class ModelList {
  private ModelList() {}

  /** One line per stored version, newest first. */
  public static void print(StageContext context) {
    ModelStore store = new ModelStore(context.workspace());
    List<ModelStore.Version> versions = store.versions();
    if (versions.isEmpty()) {
      throw new DataException(
          "Cannot list models of workspace "
              + context.workspace().root()
              + ": none was trained yet. Run 'c2fpl train' first.");
    }
    Optional<String> current = store.current();
    for (ModelStore.Version version : versions) {
      ObjectNode training = store.training(version.id());
      context
          .events()
          .noted(
              String.format(
                  Locale.ROOT,
                  "%s  %s  split %s, %s, %s, seed %d, threshold %.4g%s%s",
                  version.id(),
                  version.made(),
                  training.path("split").asText("-"),
                  Words.count(training.path("segments").asLong(), "segment"),
                  Words.count(training.path("epochs").asLong(), "epoch"),
                  training.path("seed").asLong(),
                  store.threshold(version.id()).orElse(Double.NaN),
                  training.path("stopped_early").asBoolean() ? ", unfinished" : "",
                  current.filter(version.id()::equals).isPresent() ? "  in use" : ""));
    }
  }

  /** The list as data, with the description of each training. */
  public static ArrayNode json(StageContext context) {
    ModelStore store = new ModelStore(context.workspace());
    Optional<String> current = store.current();
    ArrayNode models = Json.MAPPER.createArrayNode();
    for (ModelStore.Version version : store.versions()) {
      ObjectNode model = models.addObject();
      model.put("model", version.id()).put("made", version.made().toString());
      model.put("in_use", current.filter(version.id()::equals).isPresent());
      model.put("threshold", store.threshold(version.id()).orElse(null));
      model.set("training", store.training(version.id()));
    }
    return models;
  }
}
