package org.c2fpl.upkeep;

import static org.apache.spark.sql.functions.col;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Row;
import org.c2fpl.detector.ModelStore;
import org.c2fpl.errors.DataException;
import org.c2fpl.stage.StageContext;
import org.c2fpl.workspace.Json;
import org.c2fpl.workspace.Leaf;
import org.c2fpl.workspace.Manifest;
import org.c2fpl.workspace.Table;
import org.c2fpl.workspace.Workspace;

/**
 * The origin of a result, back to the ingested files, from the manifests: a tree of nodes with
 * {@code kind}, {@code name}, facts, and {@code from}, the nodes that it was made from. A node that
 * is already in the tree is only named again ({@code seen}); a node with damaged files is marked
 * ({@code damaged}).
 *
 * <p>Reads only. Memory: one node per input, and the detections of one video.
 */
public final class Lineage {
  private static final String FROM = "from";
  private static final String MODEL = "model";
  private static final String DAMAGED = "damaged";

  private final StageContext context;
  private final Workspace workspace;
  private final ModelStore models;
  private final Set<String> seen = new HashSet<>();
  private final List<String> damages = new ArrayList<>();

  public Lineage(StageContext context) {
    this.context = context;
    this.workspace = context.workspace();
    this.models = new ModelStore(workspace);
  }

  /**
   * The lineage of every detections leaf; without detections, of all leaves from which nothing else
   * was made.
   */
  public ArrayNode results() {
    List<Leaf> results = workspace.leaves(Table.DETECTIONS);
    if (results.isEmpty()) {
      results = ends();
    }
    if (results.isEmpty()) {
      throw new DataException(
          "Cannot show a lineage in workspace "
              + workspace.root()
              + ": it has no tables yet. Run 'c2fpl ingest' or 'c2fpl run' first.");
    }
    ArrayNode nodes = Json.MAPPER.createArrayNode();
    results.forEach(leaf -> nodes.add(leaf(leaf)));
    return nodes;
  }

  /** The lineage of one table leaf. */
  public ArrayNode leaf(String path) {
    Leaf leaf =
        Leaf.parse(path)
            .filter(named -> workspace.manifest(named).isPresent())
            .orElseThrow(
                () ->
                    new DataException(
                        "Cannot show the lineage of '"
                            + path
                            + "': workspace "
                            + workspace.root()
                            + " has no such table. Name one as detections/split=test/batch=0."));
    return Json.MAPPER.createArrayNode().add(leaf(leaf));
  }

  /** The lineage of a video's detections, and of its pseudo-label if it is a training video. */
  public ArrayNode video(String id) {
    return video(id, null);
  }

  /** The lineage of the detection that contains a frame of a video. */
  public ArrayNode detection(String id, long frame) {
    return video(id, frame);
  }

  private ArrayNode video(String id, Long frame) {
    List<Row> places = rows(Table.VIDEOS, col("video_id").equalTo(id));
    ArrayNode nodes = Json.MAPPER.createArrayNode();
    for (Leaf leaf : workspace.leaves(Table.DETECTIONS)) {
      Column wanted = col("video_id").equalTo(id);
      if (frame != null) {
        wanted = wanted.and(col("start_frame").leq(frame)).and(col("end_frame").gt(frame));
      }
      for (Row row :
          workspace
              .read(context.spark(), leaf)
              .filter(wanted)
              .orderBy("start_frame")
              .collectAsList()) {
        ObjectNode node = node("detection", id);
        for (String name : List.of("start_frame", "end_frame")) {
          node.put(name, (Long) row.getAs(name));
        }
        for (String name : List.of("start_seconds", "end_seconds", "peak_score", "mean_score")) {
          node.put(name, (Double) row.getAs(name));
        }
        node.put(MODEL, (String) row.getAs(MODEL));
        nodes.add(node);
        node.putArray(FROM).add(leaf(leaf));
      }
    }
    if (frame != null) {
      if (nodes.isEmpty()) {
        throw new DataException(
            "Cannot find a detection of video '"
                + id
                + "' at frame "
                + frame
                + ": no row of detections contains that frame. "
                + (places.isEmpty()
                    ? KnownVideos.advice(context, id)
                    : "'c2fpl lineage --video' lists the video's detections."));
      }
      return nodes;
    }
    for (Row row : rows(Table.COARSE_LABELS, col("video_id").equalTo(id))) {
      ObjectNode node = node("pseudo-label", id);
      node.put("label", (Integer) row.getAs("label"));
      node.put("iteration", (Integer) row.getAs("iteration"));
      node.putArray(FROM).add(leaf(Leaf.of(Table.COARSE_LABELS)));
      nodes.add(node);
    }
    for (Row row : places) {
      ObjectNode node = node("video", id);
      node.put("source", (String) row.getAs("source"));
      nodes.add(node);
    }
    if (nodes.isEmpty()) {
      throw new DataException(
          "Cannot show the lineage of video '"
              + id
              + "': no table of workspace "
              + workspace.root()
              + " has it. "
              + KnownVideos.advice(context, id));
    }
    return nodes;
  }

  private List<Row> rows(Table table, Column wanted) {
    List<Leaf> leaves = workspace.leaves(table);
    return leaves.isEmpty()
        ? List.of()
        : workspace.read(context.spark(), leaves).filter(wanted).collectAsList();
  }

  /**
   * The leaves that are not an input of another leaf, except the report, which is made from
   * everything.
   */
  private List<Leaf> ends() {
    Set<String> inputs = new HashSet<>();
    List<Leaf> all = new ArrayList<>();
    for (Table table : Table.values()) {
      if (table != Table.REPORT) {
        for (Leaf leaf : workspace.leaves(table)) {
          all.add(leaf);
          inputs.addAll(workspace.require(leaf, "").inputs().keySet());
        }
      }
    }
    return all.stream().filter(leaf -> !inputs.contains(leaf.path())).toList();
  }

  private ObjectNode leaf(Leaf leaf) {
    ObjectNode node = node("table", leaf.path());
    if (!seen.add(leaf.path())) {
      return node.put("seen", true);
    }
    workspace.damage(leaf).ifPresent(damage -> damaged(node, damage));
    return made(node, workspace.require(leaf, "Make it again."));
  }

  private ObjectNode model(String id) {
    ObjectNode node = node(MODEL, id);
    if (!models.ids().contains(id)) {
      return node.put("missing", true);
    }
    if (!seen.add(id)) {
      return node.put("seen", true);
    }
    try {
      models.load(id);
      training(node, id);
    } catch (DataException e) {
      damaged(node, e.getMessage());
    }
    Optional<Manifest> manifest = models.manifest(id);
    return manifest.isEmpty() ? node : made(node, manifest.get());
  }

  private void training(ObjectNode node, String id) {
    node.put("in_use", models.current().filter(id::equals).isPresent());
    node.put("parameter_hash", models.parameterHash(id));
    models.threshold(id).ifPresent(threshold -> node.put("threshold", threshold));
    JsonNode training = models.training(id);
    for (String fact : List.of("epochs", "workers", "seed", "segments", "anomalous_segments")) {
      if (training.has(fact)) {
        node.set(fact, training.path(fact));
      }
    }
  }

  private void damaged(ObjectNode node, String damage) {
    node.put(DAMAGED, damage);
    damages.add(damage);
  }

  /** Refuses a lineage with damaged tables or models; the tree marks them as {@code damaged}. */
  public void requireSound() {
    if (!damages.isEmpty()) {
      throw new DataException(
          damages.get(0)
              + (damages.size() == 1
                  ? ""
                  : " Besides, " + (damages.size() - 1) + " more of the lineage are damaged."));
    }
  }

  private ObjectNode made(ObjectNode node, Manifest manifest) {
    node.put("command", manifest.command());
    node.set("parameters", Json.MAPPER.valueToTree(manifest.parameters()));
    node.put("rows", manifest.rows());
    node.put("made", manifest.ended());
    node.put("program", manifest.versions().getOrDefault("c2fpl", "unknown"));
    node.put("fingerprint", manifest.fingerprint());
    ArrayNode from = node.putArray(FROM);
    for (Map.Entry<String, String> input : manifest.inputs().entrySet()) {
      from.add(input(input.getKey(), input.getValue()));
    }
    return node;
  }

  private ObjectNode input(String name, String fingerprint) {
    if (name.equals(MODEL)) {
      return model(fingerprint);
    }
    Optional<Leaf> leaf = Leaf.parse(name);
    if (leaf.isEmpty()) {
      return node("files", name).put("fingerprint", fingerprint);
    }
    Optional<Manifest> present = workspace.manifest(leaf.get());
    if (present.isEmpty()) {
      return node("table", name).put("fingerprint", fingerprint).put("missing", true);
    }
    if (present.get().fingerprintAsMade().equals(fingerprint)
        && !present.get().fingerprint().equals(fingerprint)) {
      return leaf(leaf.get()).put("videos_forgotten_since", true);
    }
    if (!present.get().fingerprint().equals(fingerprint)) {
      // Made again since: the present leaf does not describe the origin of this result.
      return node("table", name).put("fingerprint", fingerprint).put("changed", true);
    }
    return leaf(leaf.get());
  }

  private static ObjectNode node(String kind, String name) {
    return Json.object().put("kind", kind).put("name", name);
  }

  /** The tree for people: one line per node, inputs indented below it. */
  public static String text(ArrayNode nodes) {
    StringBuilder text = new StringBuilder();
    nodes.forEach(node -> append(text, node, 0));
    return text.toString();
  }

  private static void append(StringBuilder text, JsonNode node, int depth) {
    text.append("  ".repeat(depth))
        .append(node.path("kind").asText())
        .append(' ')
        .append(node.path("name").asText());
    if (node.has(DAMAGED)) {
      text.append(": DAMAGED. ").append(node.path(DAMAGED).asText());
    } else if (node.path("missing").asBoolean()) {
      text.append(": no longer exists");
    } else if (node.path("changed").asBoolean()) {
      text.append(": made again since, its earlier state is unknown");
    } else if (node.path("seen").asBoolean()) {
      text.append(": see above");
    }
    List<String> facts = new ArrayList<>();
    node.fields()
        .forEachRemaining(
            field -> {
              if (!Set.of("kind", "name", FROM, DAMAGED, "missing", "changed", "seen")
                      .contains(field.getKey())
                  && !field.getValue().isNull()
                  && !field.getValue().isMissingNode()) {
                facts.add(field.getKey() + " " + fact(field.getValue()));
              }
            });
    if (!facts.isEmpty()) {
      text.append(": ").append(String.join(", ", facts));
    }
    text.append('\n');
    node.path(FROM).forEach(child -> append(text, child, depth + 1));
  }

  /** Shortens hashes; the JSON has them in full. */
  private static String fact(JsonNode value) {
    String text = value.isTextual() ? value.asText() : value.toString();
    return text.matches("[0-9a-f]{64}") ? text.substring(0, 12) : text;
  }
}
