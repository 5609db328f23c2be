package org.c2fpl.workspace;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The known part of a manifest before the leaves are written; decides whether they are up to date.
 */
public final class ManifestDraft {
  private final String command;
  private final int algorithm;
  private final long seed;
  private final Instant started = Instant.now();
  private final SortedMap<String, Object> parameters = new TreeMap<>();
  private final SortedMap<String, String> inputs = new TreeMap<>();
  private final SortedMap<String, String> inputsOfFormat1 = new TreeMap<>();

  private ManifestDraft(String command, int algorithm, long seed) {
    this.command = command;
    this.algorithm = algorithm;
    this.seed = seed;
  }

  /**
   * @param algorithm of the stage, see {@link Manifest#algorithm}
   */
  public static ManifestDraft of(String command, int algorithm, long seed) {
    return new ManifestDraft(command, algorithm, seed);
  }

  /** Adds a parameter of the rows: a string, number, boolean, list or map of these. */
  public ManifestDraft parameter(String name, Object value) {
    parameters.put(name, value);
    return this;
  }

  /** Adds parameters by their names. */
  public ManifestDraft parameters(Map<String, ?> named) {
    parameters.putAll(named);
    return this;
  }

  /** Adds an input of the stage: a complete leaf by its path, or for instance feature files. */
  public ManifestDraft input(String name, String fingerprint) {
    inputs.put(name, fingerprint);
    return this;
  }

  /** Sets the value of an input in manifests of format 1, if it differs. */
  public ManifestDraft inputOfFormat1(String name, String fingerprint) {
    inputsOfFormat1.put(name, fingerprint);
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

  int algorithm() {
    return algorithm;
  }

  /** The fingerprint of a leaf or another result of this name, made from this draft. */
  public String fingerprint(String name) {
    return manifest(name, 0, Json.object()).fingerprint();
  }

  /** Whether a leaf was made by the same algorithm from the same inputs and parameters. */
  boolean made(Manifest present) {
    return !outdated(present) && present.fingerprint().equals(asIn(present).fingerprint());
  }

  /** Whether another algorithm made a leaf. */
  boolean outdated(Manifest present) {
    return present.madeBy() != algorithm;
  }

  /** The manifest for the leaf of another manifest, in the other's format. */
  Manifest asIn(Manifest present) {
    if (present.algorithm() != null) {
      return manifest(present.leaf(), 0, Json.object());
    }
    SortedMap<String, String> inputsThen = new TreeMap<>(inputs);
    inputsThen.putAll(inputsOfFormat1);
    return manifest(present.formatVersion(), null, present.leaf(), 0, inputsThen, Json.object());
  }

  /** The manifest of a leaf with these inputs and parameters, ending now. */
  Manifest manifest(Leaf leaf, long rows, ObjectNode details) {
    return manifest(leaf.path(), rows, details);
  }

  /** The manifest of a folder that belongs to no table, ending now. */
  public Manifest manifest(String folder, long rows, ObjectNode details) {
    return manifest(Manifest.FORMAT_VERSION, algorithm, folder, rows, inputs, details);
  }

  private Manifest manifest(
      int format,
      @Nullable Integer asAlgorithm,
      String folder,
      long rows,
      SortedMap<String, String> from,
      ObjectNode details) {
    return new Manifest(
        format,
        folder,
        command,
        asAlgorithm,
        // Through JSON, so that a fresh fingerprint equals that of the manifest read back.
        normalised(parameters),
        seed,
        rows,
        null,
        new TreeMap<>(from),
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
