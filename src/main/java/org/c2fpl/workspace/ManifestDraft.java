package org.c2fpl.workspace;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** What a stage knows of its leaves before it writes them; decides whether they are up to date. */
public final class ManifestDraft {
  private final String command;
  private final Long seed;
  private final Instant started = Instant.now();
  private final SortedMap<String, Object> parameters = new TreeMap<>();
  private final SortedMap<String, String> inputs = new TreeMap<>();

  private ManifestDraft(String command, Long seed) {
    this.command = command;
    this.seed = seed;
  }

  public static ManifestDraft of(String command, long seed) {
    return new ManifestDraft(command, seed);
  }

  /** Adds a parameter that the rows depend on: a string, number, boolean, list or map of these. */
  public ManifestDraft parameter(String name, Object value) {
    parameters.put(name, value);
    return this;
  }

  /** Adds a complete leaf that the stage reads. */
  public ManifestDraft input(Leaf leaf, Manifest manifest) {
    return input(leaf.path(), manifest.fingerprint());
  }

  /** Adds an input that is no leaf, for instance feature files. */
  public ManifestDraft input(String name, String fingerprint) {
    inputs.put(name, fingerprint);
    return this;
  }

  public Map<String, Object> parameters() {
    return Collections.unmodifiableMap(parameters);
  }

  /** The complete leaves among the inputs. */
  List<Leaf> leaves(Workspace workspace) {
    return inputs.keySet().stream()
        .flatMap(input -> Leaf.parse(input).stream())
        .filter(leaf -> workspace.manifest(leaf).isPresent())
        .toList();
  }

  String command() {
    return command;
  }

  /** The manifest of a leaf with these inputs and parameters, ending now. */
  Manifest manifest(Leaf leaf, long rows, ObjectNode details) {
    return manifest(leaf.path(), rows, details);
  }

  /** The manifest of a folder that is no table's, ending now. */
  public Manifest manifest(String folder, long rows, ObjectNode details) {
    return new Manifest(
        Manifest.FORMAT_VERSION,
        folder,
        command,
        // Through JSON, so that a fresh fingerprint equals that of the manifest read back.
        normalised(parameters),
        seed,
        rows,
        null,
        new TreeMap<>(inputs),
        details,
        Versions.all(),
        started.toString(),
        Instant.now().toString());
  }

  private static SortedMap<String, Object> normalised(SortedMap<String, Object> parameters) {
    return Json.MAPPER.convertValue(
        Json.MAPPER.valueToTree(parameters),
        Json.MAPPER.getTypeFactory().constructMapType(TreeMap.class, String.class, Object.class));
  }
}
